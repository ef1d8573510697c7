using System.Globalization;
using SnnNotebooks.Neurons.Fused.Cuda;
using TorchSharp;

namespace SnnNotebooks.Native;

/// <summary>The NVIDIA devices of this machine.</summary>
public static class CudaDevices
{
    /// <summary>
    /// What there is, a sentence each: every device with its memory and compute capability, the driver, the compiler NVRTC. Where one of
    /// them is missing, that is said instead.
    /// </summary>
    /// <returns>Sentences for a report, at least one.</returns>
    public static IReadOnlyList<string> Describe()
    {
        var lines = new List<string>();
        Try(lines, () =>
        {
            var driver = new CudaDriver(CudaDriver.Candidates);
            for (var i = 0; i < driver.Devices; i++)
            {
                lines.Add(string.Create(
                    CultureInfo.InvariantCulture,
                    $"cuda:{i} is {driver.Name(i)}, {driver.Memory(i) / 1e9:0.0} GB, compute capability {driver.Capability(i)}"));
            }

            lines.Add($"the driver supports CUDA {driver.Version}");
        });
        Try(lines, () =>
        {
            var compiler = new Nvrtc(Nvrtc.Candidates(LibTorch.Folder));
            lines.Add($"NVRTC {compiler.Version} from {compiler.Path}");
        });
        return lines;
    }

    /// <summary>Memory of a GPU that is in use, by whatever process, what libtorch keeps for later included.</summary>
    /// <param name="device">The GPU.</param>
    /// <returns>Bytes.</returns>
    /// <exception cref="InvalidOperationException">There is no such GPU, or no driver.</exception>
    public static long MemoryInUse(torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        try
        {
            var driver = new CudaDriver(CudaDriver.Candidates);
            long used = 0;
            driver.In(driver.PrimaryContext(Math.Max(0, device.index)), () => used = driver.MemoryInUse());
            return used;
        }
        catch (CudaException missing)
        {
            throw new InvalidOperationException(missing.Message, missing);
        }
    }

    /// <summary>The kind of a device, whose arithmetic is its own: <c>cpu</c>, or <c>cuda</c> and the name of the GPU.</summary>
    internal static string Kind(torch.Device device) => device.type == DeviceType.CUDA
        ? $"cuda {new CudaDriver(CudaDriver.Candidates).Name(Math.Max(0, device.index))}"
        : ComputeDevice.NameOf(device);

    private static void Try(List<string> lines, Action describe)
    {
        try
        {
            describe();
        }
        catch (CudaException missing)
        {
            lines.Add(missing.Message);
        }
    }
}
