using System.Runtime.CompilerServices;
using SnnNotebooks.Native;
using TorchSharp;

namespace SnnNotebooks.Interactive;

/// <summary>What a notebook host may say of a tensor without knowing of tensors itself.</summary>
/// <param name="Shape">Lengths of the axes.</param>
/// <param name="ElementType">Its elements' type, for example <c>Float32</c>.</param>
/// <param name="Device">Where it is, for example <c>cpu</c> or <c>cuda:0</c>.</param>
/// <param name="RequiresGradient">Whether it takes part in a backward pass.</param>
/// <param name="Bytes">Its size in memory.</param>
public sealed record TensorFacts(IReadOnlyList<long> Shape, string ElementType, string Device, bool RequiresGradient, long Bytes)
{
    /// <summary>
    /// Where tensors may be computed: <c>cpu</c> or <c>cuda</c>; null where nothing in this process has loaded TorchSharp.
    /// </summary>
    /// <returns>The device's name, or null.</returns>
    /// <exception cref="LibTorchException">libtorch cannot be loaded; the message says what to do.</exception>
    public static string? BestDevice() =>
        AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == "TorchSharp") ? LoadedDevice() : null;

    /// <summary>
    /// Whether a type is a tensor's, by its name: asking for the type itself would load TorchSharp where no cell uses it.
    /// </summary>
    /// <param name="type">The type.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsTensor(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.FullName == "TorchSharp.torch+Tensor" || type.BaseType is { } parent && IsTensor(parent);
    }

    /// <summary>The facts of a tensor.</summary>
    /// <param name="value">A tensor, as <see cref="IsTensor"/> says.</param>
    /// <param name="facts">The facts, or null where there are none.</param>
    /// <returns>Null, or why there are none.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static string? Of(object value, out TensorFacts? facts)
    {
        facts = value is torch.Tensor { IsInvalid: false } tensor
            ? new TensorFacts(tensor.shape, tensor.dtype.ToString(), tensor.device.ToString(), tensor.requires_grad,
                tensor.NumberOfElements * tensor.ElementSize)
            : null;
        return facts is not null ? null : value is torch.Tensor ? "disposed" : "a tensor of another TorchSharp";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string LoadedDevice()
    {
        LibTorch.EnsureLoaded();
        return torch.cuda.is_available() ? "cuda" : "cpu";
    }
}
