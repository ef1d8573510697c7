using System.Runtime.Intrinsics;
using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Memory;

/// <summary>Spikes of 0 and 1 kept as bits: a 32nd of the memory of floats.</summary>
public sealed class SpikeBits
{
    private readonly byte[] bits;
    private readonly AxisOrder order;

    private SpikeBits(byte[] bits, AxisOrder order) => (this.bits, this.order) = (bits, order);

    /// <summary>The bytes it takes.</summary>
    public long Bytes => bits.LongLength;

    /// <summary>Packs a tensor.</summary>
    /// <param name="tensor">Any shape; float32 on the CPU.</param>
    /// <returns>Its bits, or null where it is of another type or device, or holds something else than 0 and 1.</returns>
    public static unsafe SpikeBits? TryPack(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        if (tensor.dtype != ScalarType.Float32 || tensor.device_type != DeviceType.CPU)
        {
            return null;
        }

        using var off = no_grad();
        var order = new AxisOrder(tensor);
        using var contiguous = order.Ordered(tensor);
        var count = contiguous.numel();
        var bits = new byte[(count + 7) / 8];
        var values = count == 0 ? null : (float*)NativeAutograd.Address(contiguous);
        var whole = count / 8 * 8;
        for (long i = 0; i < whole; i += 8)
        {
            var eight = Vector256.Load(values + i);
            var ones = Vector256.Equals(eight, Vector256<float>.One);
            if (!Vector256.EqualsAll((ones | Vector256.Equals(eight, Vector256<float>.Zero)).AsUInt32(), Vector256<uint>.AllBitsSet))
            {
                return null;
            }

            bits[i / 8] = (byte)ones.ExtractMostSignificantBits();
        }

        for (var i = whole; i < count; i++)
        {
            if (values[i] is not (0 or 1))
            {
                return null;
            }

            bits[i / 8] |= (byte)(values[i] == 1 ? 1 << (int)(i % 8) : 0);
        }

        GC.KeepAlive(contiguous); // the loop knows its address only
        return new SpikeBits(bits, order);
    }

    /// <summary>The spikes again.</summary>
    /// <returns>
    /// A new float32 tensor of the packed shape, its axes in the order in which they lay in memory; the caller disposes it.
    /// </returns>
    public unsafe Tensor Unpack()
    {
        using var tensor = TensorBlocks.Empty(order.Shape, ScalarType.Float32);
        var count = tensor.numel();
        var values = count == 0 ? null : (float*)NativeAutograd.Address(tensor);
        var whole = count / 8 * 8;
        var places = Vector256.Create(1, 2, 4, 8, 16, 32, 64, 128);
        for (long i = 0; i < whole; i += 8)
        {
            var set = Vector256.Equals(Vector256.Create((int)bits[i / 8]) & places, places);
            (set.AsSingle() & Vector256<float>.One).Store(values + i);
        }

        for (var i = whole; i < count; i++)
        {
            values[i] = (bits[i / 8] >> (int)(i % 8)) & 1;
        }

        return order.Restored(tensor);
    }
}
