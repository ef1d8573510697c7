using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>Batches where a network computes.</summary>
internal static class DeviceBatches
{
    /// <summary>The same batches on a device. What is there already is passed on; what is moved is disposed where it was.</summary>
    /// <param name="batches">Inputs and labels.</param>
    /// <param name="device">Where they are wanted.</param>
    public static IEnumerable<(Tensor Inputs, Tensor Labels)> On(
        this IEnumerable<(Tensor Inputs, Tensor Labels)> batches, Device device) =>
        batches.Select(batch => (Moved(batch.Inputs, device), Moved(batch.Labels, device)));

    private static Tensor Moved(Tensor tensor, Device device) =>
        tensor.device_type == device.type && (device.index < 0 || tensor.device_index == device.index)
            ? tensor
            : tensor.to(device, disposeAfter: true);
}
