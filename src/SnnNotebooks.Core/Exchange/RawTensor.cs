using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Exchange;

/// <summary>Tensors from and to their bytes, little-endian, row-major.</summary>
internal static class RawTensor
{
    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Float64 or ScalarType.Int64 or ScalarType.ComplexFloat32 => 8,
        ScalarType.ComplexFloat64 => 16,
        ScalarType.Float32 or ScalarType.Int32 => 4,
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
        _ => 1,
    };

    /// <summary>The product of the axes, or -1 where one is negative or the product is beyond 2^62.</summary>
    public static long Count(ReadOnlySpan<long> shape)
    {
        Int128 count = 1;
        foreach (var axis in shape)
        {
            if (axis < 0)
            {
                return -1;
            }

            count *= axis;
            if (count > 1L << 62)
            {
                return -1;
            }
        }

        return (long)count;
    }

    /// <summary>A new CPU tensor, owned by no dispose scope, filled by <paramref name="fill"/>.</summary>
    public static Tensor Create(long[] shape, ScalarType type, Action<Span<byte>> fill)
    {
        var made = empty(shape, type, CPU).DetachFromDisposeScope();
        try
        {
            if (made.numel() > 0)
            {
                using var flat = made.view(-1);
                fill(MemoryOf(flat));
            }
        }
        catch
        {
            made.Dispose();
            throw;
        }

        return made;
    }

    /// <summary>Calls <paramref name="read"/> with the tensor's bytes.</summary>
    public static void Bytes(Tensor tensor, Action<ReadOnlySpan<byte>> read)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var flat = tensor.detach().cpu().contiguous().view(-1);
        if (flat.numel() > 0)
        {
            read(MemoryOf(flat));
        }
    }

    private static unsafe Span<byte> MemoryOf(Tensor flat)
    {
        var bytes = flat.numel() * SizeOf(flat.dtype);
        if (bytes > int.MaxValue)
        {
            throw new CheckpointException($"A tensor of {bytes} bytes was met; tensors of up to 2 GiB are read and written.");
        }

        using var first = flat.narrow(0, 0, 1);
        fixed (byte* address = &MemoryMarshal.GetReference(first.bytes))
        {
            return new Span<byte>(address, (int)bytes); // native memory: it does not move
        }
    }
}
