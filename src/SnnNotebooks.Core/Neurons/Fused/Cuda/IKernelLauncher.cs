using TorchSharp;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>Runs printed kernels.</summary>
internal interface IKernelLauncher
{
    /// <summary>Runs a kernel over threads 0, 1, ..., after what was started on the device before.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="arguments">
    /// Its sequences and the fields of its <c>Arguments</c>, 8 bytes each: addresses, whole numbers, the bits of doubles.
    /// </param>
    /// <param name="threads">How many threads at least.</param>
    /// <param name="device">Where the addresses are.</param>
    void Launch(PrintedKernel kernel, long[] arguments, long threads, torch.Device device);
}
