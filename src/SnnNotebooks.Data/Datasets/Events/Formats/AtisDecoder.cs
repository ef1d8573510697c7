using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// Five bytes an event: column, row, then a bit of polarity (1 ON) and 23 bits of time, big-endian (N-MNIST, N-Caltech101, SLAYER's bs2).
/// </summary>
/// <param name="hasOverflows">
/// Whether row 240 marks an overflow of the camera's clock, after which all times are 2^13 microseconds later, and no event (the ATIS files
/// of G. Orchard et al., 2015, as their own reader has them). SLAYER's files have none.
/// </param>
internal sealed class AtisDecoder(bool hasOverflows) : EventDecoder
{
    public const int Bytes = 5;

    private const int OverflowRow = 240;
    private const long Overflow = 1 << 13;

    private long carried;

    public override long Carried => carried;

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
        for (var i = DecodeVectors(ref source, count, ref times, ref x, ref y, ref on); i < (nuint)count; i++)
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

        block.Count += hasOverflows ? WithoutOverflows(block, count) : count;
        return count * Bytes;
    }

    /// <summary>
    /// Takes the overflows out of the last events of a block and makes those after them later; says how many events are left.
    /// </summary>
    private int WithoutOverflows(EventBlock block, int count)
    {
        var start = block.End;
        var first = block.YArray.AsSpan(start, count).IndexOf((ushort)OverflowRow);
        if (first < 0 && carried == 0)
        {
            return count;
        }

        var kept = start;
        for (var at = start; at < start + count; at++)
        {
            if (block.YArray[at] == OverflowRow)
            {
                carried += Overflow;
                continue;
            }

            (block.TimeArray[kept], block.XArray[kept], block.YArray[kept], block.OnArray[kept]) =
                (block.TimeArray[at] + carried, block.XArray[at], block.YArray[at], block.OnArray[at]);
            kept++;
        }

        return kept - start;
    }

    /// <summary>Eight events, 40 bytes, at a time; says how many.</summary>
    private static nuint DecodeVectors(ref byte source, int count, ref long times, ref ushort x, ref ushort y, ref byte on)
    {
        if (!Avx2.IsSupported)
        {
            return 0;
        }

        // a half of a vector takes the 20 bytes of four events in two loads of 16 that overlap
        var firstThree = Halves(Vector128.Create((byte)4, 3, 2, 1, 9, 8, 7, 6, 14, 13, 12, 11, 255, 255, 255, 255));
        var fourth = Halves(Vector128.Create((byte)255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 15, 14, 13, 12));
        var columns = Halves(Vector128.Create((byte)0, 255, 5, 255, 10, 255, 15, 255, 255, 255, 255, 255, 255, 255, 255, 255));
        var vectors = (nuint)count & ~(nuint)7;
        for (nuint i = 0; i < vectors; i += 8)
        {
            ref var bytes = ref Unsafe.Add(ref source, i * Bytes);
            var start = Vector256.Create(Vector128.LoadUnsafe(ref bytes), Vector128.LoadUnsafe(ref bytes, 20));
            var end = Vector256.Create(Vector128.LoadUnsafe(ref bytes, 4), Vector128.LoadUnsafe(ref bytes, 24));
            var fields =
                (Avx2.Shuffle(start, firstThree) | Avx2.Shuffle(end, fourth)).AsUInt32(); // row, polarity, time: from the highest bit on
            var (earlier, later) = Vector256.Widen(fields & Vector256.Create(0x7FFFFFu));
            earlier.AsInt64().StoreUnsafe(ref times, i);
            later.AsInt64().StoreUnsafe(ref times, i + 4);
            var column = Avx2.Shuffle(start, columns).AsUInt64();
            Vector128.Create(column[0], column[2]).AsUInt16().StoreUnsafe(ref x, i);
            var rows = Vector256.ShiftRightLogical(fields, 24);
            Sse41.PackUnsignedSaturate(rows.GetLower().AsInt32(), rows.GetUpper().AsInt32()).StoreUnsafe(ref y, i);
            var polarities = Vector256.ShiftRightLogical(fields, 23) & Vector256<uint>.One;
            var narrow = Sse41.PackUnsignedSaturate(polarities.GetLower().AsInt32(), polarities.GetUpper().AsInt32()).AsInt16();
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref on, i), Sse2.PackUnsignedSaturate(narrow, narrow).AsUInt64().ToScalar());
        }

        return vectors;
    }

    private static Vector256<byte> Halves(Vector128<byte> half) => Vector256.Create(half, half);
}
