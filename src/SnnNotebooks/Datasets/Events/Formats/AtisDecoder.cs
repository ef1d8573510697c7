using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// Five bytes an event: column, row, then a bit of polarity (1 ON) and 23 bits of time, big-endian (N-MNIST, N-Caltech101, SLAYER's bs2).
/// </summary>
internal sealed class AtisDecoder : EventDecoder
{
    public const int Bytes = 5;

    public override int Wanted => Bytes;

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var count = Math.Min(bytes.Length / Bytes, block.Room);
        var end = block.End;

        // four slices prove that all the places written below exist
        ref var times = ref MemoryMarshal.GetReference(block.TimeArray.AsSpan(end, count));
        ref var x = ref MemoryMarshal.GetReference(block.XArray.AsSpan(end, count));
        ref var y = ref MemoryMarshal.GetReference(block.YArray.AsSpan(end, count));
        ref var on = ref MemoryMarshal.GetReference(block.OnArray.AsSpan(end, count));
        ref var source = ref MemoryMarshal.GetReference(bytes);
        for (nuint i = 0; i < (nuint)count; i++)
        {
            var fields = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref source, (i * Bytes) + 1));
            if (BitConverter.IsLittleEndian)
            {
                fields = BinaryPrimitives.ReverseEndianness(fields);
            }

            Unsafe.Add(ref x, i) = Unsafe.Add(ref source, i * Bytes);
            Unsafe.Add(ref y, i) = (byte)(fields >> 24);
            Unsafe.Add(ref on, i) = (byte)((fields >> 23) & 1);
            Unsafe.Add(ref times, i) = fields & 0x7FFFFF;
        }

        block.Count += count;
        return count * Bytes;
    }
}
