using TorchSharp;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>The work of one device as libtorch has it: its context, and the stream that operations are started on.</summary>
/// <param name="driver">The driver.</param>
/// <param name="computing">libtorch's current stream of a device.</param>
/// <param name="device">The device.</param>
internal sealed class DeviceQueue(CudaDriver driver, Func<int, nint> computing, torch.Device device)
{
    private readonly int index = Math.Max(device.index, 0);

    /// <summary>The driver.</summary>
    public CudaDriver Driver => driver;

    /// <summary>The device.</summary>
    public torch.Device Device => device;

    /// <summary>Its context.</summary>
    public nint Context { get; } = driver.PrimaryContext(Math.Max(device.index, 0));

    /// <summary>The stream that libtorch starts operations of this thread on.</summary>
    public nint Computing => computing(index);

    /// <summary>Marks what was started on that stream so far.</summary>
    public StreamMark Mark() => new(driver, Context, Computing);

    /// <summary>The queue of a GPU; null for another device, and where the driver or libtorch for CUDA is missing.</summary>
    public static DeviceQueue? Of(torch.Device device)
    {
        if (device.type != DeviceType.CUDA)
        {
            return null;
        }

        try
        {
            return new DeviceQueue(new CudaDriver(CudaDriver.Candidates), LibTorchStream.Function(), device);
        }
        catch (CudaException)
        {
            return null; // then work takes its turn on libtorch's stream, and the host waits
        }
    }
}
