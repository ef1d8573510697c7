using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Encoders;

/// <summary>
/// Rate code: at every time step each input fires with a probability that is its value, S = 1 where u is below x, u uniform in [0, 1):
/// never at 0, always at 1. On a GPU chance is drawn there: the same on every run and every GPU, but other spikes than the CPU's.
/// </summary>
/// <param name="seed">Decides the spikes, apart from every other source of chance.</param>
public sealed class PoissonEncoder(int seed) : IDisposable
{
    private readonly EncoderInput domain = new(0, 1, nameof(PoissonEncoder));
    private readonly Generator generator = new((ulong)seed);
    private readonly CountedChance elsewhere = new(seed);

    /// <summary>Encodes an input; every call draws anew.</summary>
    /// <param name="input">Any shape, floating point, values in [0, 1].</param>
    /// <param name="steps">T, at least 1.</param>
    /// <returns>Spikes [T, ...], 0 or 1, in the type of the input.</returns>
    /// <exception cref="ArgumentException">The input is not floating-point, or a value is outside [0, 1].</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public Tensor Encode(Tensor input, int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        using var scope = NewDisposeScope();
        var values = domain.Checked(input);
        var chance = input.device_type == DeviceType.CPU
            ? rand([steps, .. input.shape], dtype: values.dtype, device: CPU, generator: generator)
            : stack(Enumerable.Range(0, steps).Select(_ => elsewhere.Uniform(input.shape, values.dtype, input.device)));
        return Fire(values, chance).to(input.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>The code itself: S = 1 where chance is below the input.</summary>
    internal static Tensor Fire(Tensor input, Tensor chance) => chance.lt(input).to(input.dtype);

    /// <inheritdoc/>
    public void Dispose() => generator.Dispose();
}
