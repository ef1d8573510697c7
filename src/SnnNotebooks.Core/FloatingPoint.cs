using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>
/// Whole numbers and truth values are no currents: with weights of floating point libtorch refuses some of them and rounds the weights for
/// others.
/// </summary>
public static class FloatingPoint
{
    /// <summary>Checks what a module is given.</summary>
    /// <param name="input">The input.</param>
    /// <param name="owner">The module's name, for the message.</param>
    /// <exception cref="ArgumentException">It is not of a floating-point type.</exception>
    public static void Require(Tensor input, string owner)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (!input.is_floating_point())
        {
            throw new ArgumentException(
                $"{owner} was given {input.dtype}; expected floating-point currents: convert with .to(ScalarType.Float32).", nameof(input));
        }
    }

    /// <summary>Float32 of float16 and bfloat16; other types as they are. What is one step repeated over T stays so.</summary>
    /// <param name="sequence">[T, ...].</param>
    internal static Tensor Widened(Tensor sequence) => !sequence.IsLow() ? sequence
        : sequence.dim() > 0 && sequence.shape[0] > 1 && sequence.stride(0) == 0
            ? sequence.narrow(0, 0, 1).to(ScalarType.Float32).expand(sequence.shape)
        : sequence.to(ScalarType.Float32);

    /// <summary>Whether a tensor is of float16 or bfloat16.</summary>
    internal static bool IsLow(this Tensor tensor) => tensor.dtype is ScalarType.Float16 or ScalarType.BFloat16;

    /// <summary>What neurons keep their state in for an input: float32 for float16 and bfloat16, else its own type.</summary>
    internal static ScalarType StateType(this Tensor input) => input.IsLow() ? ScalarType.Float32 : input.dtype;

    /// <summary>A tensor of the shape of one step, on its device and of the state's type; what it holds is left open.</summary>
    /// <param name="sequence">[T, N, ...].</param>
    internal static Tensor StateLike(Tensor sequence) =>
        sequence.IsLow() ? empty(sequence.shape[1..], sequence.StateType(), sequence.device) : sequence[0];
}
