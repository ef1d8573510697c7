using System.Collections.Concurrent;
using SnnNotebooks.Native;
using TorchSharp;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>Runs kernels on NVIDIA devices: in libtorch's own context, on its current stream, so in order with its operations.</summary>
/// <param name="driver">The driver.</param>
/// <param name="cache">Compiles.</param>
/// <param name="stream">libtorch's current stream of a device.</param>
internal sealed class CudaLauncher(CudaDriver driver, KernelCache cache, Func<int, nint> stream) : IKernelLauncher
{
    private static readonly Lazy<(IKernelLauncher? Launcher, string? Why)> Found = new(Find);
    private readonly ConcurrentDictionary<int, Lazy<(nint Context, Version Capability)>> devices = new();
    private readonly ConcurrentDictionary<(int Device, PrintedKernel Kernel), Lazy<nint>> functions = new();

    /// <summary>Why this process has no fused neurons on CUDA devices, in a sentence; null where it has.</summary>
    public static string? Missing => Found.Value.Why;

    /// <summary>The launcher of this process.</summary>
    /// <exception cref="CudaException">There is none.</exception>
    public static IKernelLauncher Instance => Found.Value.Launcher ?? throw new CudaException(Missing!);

    /// <inheritdoc/>
    public void Launch(PrintedKernel kernel, long[] arguments, long threads, torch.Device device)
    {
        var index = Math.Max(device.index, 0);
        try
        {
            var (context, capability) = devices.GetOrAdd(index,
                _ => Again(() => (driver.PrimaryContext(index), driver.Capability(index)))).Value;
            driver.In(context, () =>
            {
                var function = functions.GetOrAdd((index, kernel), _ => Again(() => driver.Function(
                    cache.Code(SweepCode.Prelude + kernel.Source, kernel.Name, capability), kernel.Name))).Value;
                var blocks = (threads + SweepCode.BlockThreads - 1) / SweepCode.BlockThreads;
                driver.Launch(function, checked((uint)blocks), stream(index), arguments, kernel.Sequences);
            });
        }
        catch (CudaException failed)
        {
            throw new CudaException($"The kernel {kernel.Name} was not started on cuda:{index}. {failed.Message}");
        }
    }

    /// <summary>A value that is made once, and tried again where that failed: memory may be free then.</summary>
    private static Lazy<T> Again<T>(Func<T> make) => new(make, LazyThreadSafetyMode.PublicationOnly);

    private static (IKernelLauncher? Launcher, string? Why) Find()
    {
        try
        {
            var driver = new CudaDriver(CudaDriver.Candidates);
            var cache = new KernelCache(new Nvrtc(Nvrtc.Candidates(LibTorch.Folder)), Path.Combine(CacheFolder.Root, "cuda"));
            return (new CudaLauncher(driver, cache, LibTorchStream.Function()), null);
        }
        catch (CudaException missing)
        {
            return (null, $"No fused neurons on CUDA devices: {missing.Message}");
        }
    }
}
