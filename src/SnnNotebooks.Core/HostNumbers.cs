using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>Numbers that the host draws or tabulates for a computation elsewhere.</summary>
internal static class HostNumbers
{
    /// <summary>
    /// Puts them on a device. To a GPU they go from pinned memory: the host does not wait for what was started there before.
    /// </summary>
    /// <param name="numbers">A tensor on the CPU.</param>
    /// <param name="device">Where it is wanted.</param>
    /// <returns>The tensor there, of the current dispose scope.</returns>
    public static Tensor Sent(this Tensor numbers, Device device) => device.type == DeviceType.CUDA
        ? numbers.pin_memory().to(device, non_blocking: true)
        : numbers.to(device);
}
