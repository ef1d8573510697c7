using SnnNotebooks.Neurons.Fused.Cuda;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>Where the fused backend runs.</summary>
internal static class FusedSupport
{
    /// <summary>Why it does not run on tensors of this kind in this process, in a sentence; null where it does.</summary>
    public static string? Refusal(Tensor sequence) => Refusal(sequence.device_type, sequence.dtype, () => CudaLauncher.Missing);

    /// <summary>The same for a kind of tensors.</summary>
    /// <param name="device">Where they are.</param>
    /// <param name="type">Their elements.</param>
    /// <param name="missing">What CUDA devices lack; asked only where it matters.</param>
    public static string? Refusal(DeviceType device, ScalarType type, Func<string?> missing) =>
        device is not (DeviceType.CPU or DeviceType.CUDA)
        || type is not (ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64)
            ? $"The fused backend runs float16, bfloat16, float32 and float64 on the CPU and on CUDA devices; this is {type} on {device}."
            : device == DeviceType.CUDA ? missing() : null;
}
