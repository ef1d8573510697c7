using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>Where an event of two 32-bit words, an address and a time, keeps its fields.</summary>
/// <param name="IsBigEndian">The order of the bytes of a word.</param>
/// <param name="TimeFirst">Whether the time comes before the address.</param>
/// <param name="XShift">The lowest bit of the column.</param>
/// <param name="XMask">The bits of the column, after the shift.</param>
/// <param name="YShift">The lowest bit of the row.</param>
/// <param name="YMask">The bits of the row, after the shift.</param>
/// <param name="PolarityShift">The bit of the polarity.</param>
/// <param name="OnIsZero">Whether a 0 there means ON.</param>
/// <param name="MirrorX">Where columns count from the right: the last column; else null.</param>
/// <param name="NoEvent">Address bits of which any says that the word is no event of a pixel.</param>
internal readonly record struct PairLayout(
    bool IsBigEndian,
    bool TimeFirst,
    int XShift,
    uint XMask,
    int YShift,
    uint YMask,
    int PolarityShift,
    bool OnIsZero = false,
    uint? MirrorX = null,
    uint NoEvent = 0)
{
    public const int Bytes = 8;

    /// <summary>Decodes as many events as there are bytes and room for.</summary>
    /// <param name="bytes">Whole events, perhaps with a rest.</param>
    /// <param name="timeBase">Is added to every time, microseconds.</param>
    /// <param name="block">Gets the events.</param>
    /// <returns>The bytes that were used.</returns>
    public int Decode(ReadOnlySpan<byte> bytes, long timeBase, EventBlock block)
    {
        var used = 0;
        while (bytes.Length - used >= Bytes && block.Room > 0)
        {
            used += DecodeVectors(bytes[used..], timeBase, block);

            // the rest, or one stretch with words that are no events: vectors are tried again after it
            for (var step = 0; step < 8 && bytes.Length - used >= Bytes && block.Room > 0; step++, used += Bytes)
            {
                DecodeOne(bytes[used..], timeBase, block);
            }
        }

        return used;
    }

    private void DecodeOne(ReadOnlySpan<byte> bytes, long timeBase, EventBlock block)
    {
        var (first, second) = IsBigEndian
            ? (BinaryPrimitives.ReadUInt32BigEndian(bytes), BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]))
            : (BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]));
        var (time, address) = TimeFirst ? (first, second) : (second, first);
        if ((address & NoEvent) != 0)
        {
            return;
        }

        var x = (address >> XShift) & XMask;
        var on = (address >> PolarityShift) & 1;
        block.Add(timeBase + time, (int)(MirrorX is { } last ? last - x : x), (int)((address >> YShift) & YMask), (int)(OnIsZero ? on ^ 1 : on));
    }

    /// <summary>Eight events at a time, up to the first eight with a word that is no event.</summary>
    private int DecodeVectors(ReadOnlySpan<byte> bytes, long timeBase, EventBlock block)
    {
        var rounds = Math.Min(bytes.Length / Bytes, block.Room) / 8;
        if (!Vector256.IsHardwareAccelerated || !BitConverter.IsLittleEndian)
        {
            return 0;
        }

        var xMask = Vector256.Create(XMask);
        var yMask = Vector256.Create(YMask);
        var noEvent = Vector256.Create(NoEvent);
        var one = Vector256<uint>.One;
        var flip = Vector256.Create(OnIsZero ? 1u : 0u);
        var mirror = Vector256.Create(MirrorX ?? 0);
        var mirrored = MirrorX is not null;
        var times = Vector256.Create(timeBase);
        ref var source = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, uint>(bytes));
        ref var timeTarget = ref MemoryMarshal.GetArrayDataReference(block.TimeArray);
        ref var xTarget = ref MemoryMarshal.GetArrayDataReference(block.XArray);
        ref var yTarget = ref MemoryMarshal.GetArrayDataReference(block.YArray);
        ref var onTarget = ref MemoryMarshal.GetArrayDataReference(block.OnArray);
        var at = (nuint)block.End;
        var round = 0;
        for (; round < rounds; round++, at += 8)
        {
            var low = Vector256.LoadUnsafe(ref source, (nuint)round * 16);
            var high = Vector256.LoadUnsafe(ref source, ((nuint)round * 16) + 8);
            if (IsBigEndian)
            {
                (low, high) = (Swap(low), Swap(high));
            }

            low = Vector256.Shuffle(low, Vector256.Create(0u, 2, 4, 6, 1, 3, 5, 7));
            high = Vector256.Shuffle(high, Vector256.Create(0u, 2, 4, 6, 1, 3, 5, 7));
            var even = Vector256.Create(low.GetLower(), high.GetLower());
            var odd = Vector256.Create(low.GetUpper(), high.GetUpper());
            var (time, address) = TimeFirst ? (even, odd) : (odd, even);
            if ((address & noEvent) != Vector256<uint>.Zero)
            {
                break;
            }

            var x = Vector256.ShiftRightLogical(address, XShift) & xMask;
            if (mirrored)
            {
                x = mirror - x;
            }

            var y = Vector256.ShiftRightLogical(address, YShift) & yMask;
            var on = (Vector256.ShiftRightLogical(address, PolarityShift) & one) ^ flip;
            var (earlier, later) = Vector256.Widen(time);
            (earlier.AsInt64() + times).StoreUnsafe(ref timeTarget, at);
            (later.AsInt64() + times).StoreUnsafe(ref timeTarget, at + 4);
            Vector128.Narrow(x.GetLower(), x.GetUpper()).StoreUnsafe(ref xTarget, at);
            Vector128.Narrow(y.GetLower(), y.GetUpper()).StoreUnsafe(ref yTarget, at);
            var polarities = Vector128.Narrow(Vector128.Narrow(on.GetLower(), on.GetUpper()), Vector128<ushort>.Zero);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref onTarget, at), polarities.AsUInt64().ToScalar());
        }

        block.Count += round * 8;
        return round * 8 * Bytes;
    }

    private static Vector256<uint> Swap(Vector256<uint> words) =>
        Vector256.Shuffle(words.AsByte(), Vector256.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 19, 18, 17, 16, 23, 22, 21, 20, 27, 26, 25, 24, 31, 30, 29, 28)).AsUInt32();
}
