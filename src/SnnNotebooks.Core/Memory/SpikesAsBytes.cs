using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Memory;

/// <summary>
/// Spikes of 0 and 1 kept as bits where <see cref="SpikeBits"/> does not keep them: on another device than the CPU, or of another type
/// than float32. Eight neighbours are a byte, the first its lowest bit; what is missing at the end is 0.
/// </summary>
internal static class SpikesAsBytes
{
    private const int Bits = 8;

    /// <summary>
    /// Packs a tensor, where it is. On the CPU it is looked at; elsewhere, where the host would wait, it is packed if a neuron fired it
    /// (<see cref="KnownSpikes"/>), and a GPU asserts that nobody has changed it since.
    /// </summary>
    /// <param name="spikes">Any shape and type.</param>
    /// <returns>Bytes [(N + 7) / 8] of the current dispose scope; null where it holds something else than 0 and 1, or may do so.</returns>
    public static Tensor? TryPack(Tensor spikes)
    {
        var isHere = spikes.device_type == DeviceType.CPU;
        if (!isHere && !KnownSpikes.Has(spikes))
        {
            return null;
        }

        using var off = no_grad();
        using var scope = NewDisposeScope();
        var flat = new AxisOrder(spikes).Ordered(spikes).flatten();
        var ones = flat.eq(1);
        if (isHere && !AreSpikes(flat, ones).item<bool>())
        {
            return null;
        }

        if (spikes.device_type == DeviceType.CUDA && DeviceAssertion.IsThere)
        {
            DeviceAssertion.Require(AreSpikes(flat, ones), "spikes of a neuron were changed in place before Recomputed kept them");
        }

        var whole = nn.functional.pad(ones.to(ScalarType.Byte), [0, (Bits - (flat.numel() % Bits)) % Bits]).view(-1, Bits);
        return (whole * Places(spikes.device)).sum([1], type: ScalarType.Byte).MoveToOuterDisposeScope();
    }

    /// <summary>The spikes again, where their bytes are.</summary>
    /// <param name="bytes">What <see cref="TryPack"/> gave.</param>
    /// <param name="order">The shape of the spikes, and how they lay in memory.</param>
    /// <param name="type">Their type.</param>
    public static Tensor Unpack(Tensor bytes, AxisOrder order, ScalarType type)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var count = order.Shape.Aggregate(1L, (product, axis) => product * axis);
        var spikes = bytes.unsqueeze(1).bitwise_and(Places(bytes.device)).ne(0).flatten().narrow(0, 0, count).to(type).view(order.Shape);
        return order.Restored(spikes).MoveToOuterDisposeScope();
    }

    private static Tensor AreSpikes(Tensor flat, Tensor ones) => ones.logical_or(flat.eq(0)).all();

    private static Tensor Places(Device device) =>
        tensor(Enumerable.Range(0, Bits).Select(bit => (byte)(1 << bit)).ToArray(), device: CPU).Sent(device);
}
