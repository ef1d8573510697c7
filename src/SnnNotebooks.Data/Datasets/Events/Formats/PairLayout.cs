using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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
            used += Avx512BW.IsSupported ? DecodeWide(bytes[used..], timeBase, block) : DecodeVectors(bytes[used..], timeBase, block);

            // the rest, or one stretch with words that are no events: vectors are tried again after it
            for (var step = 0; step < 16 && bytes.Length - used >= Bytes && block.Room > 0; step++, used += Bytes)
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
        block.Add(timeBase + time, (int)(MirrorX is { } last ? last - x : x), (int)((address >> YShift) & YMask),
            (int)(OnIsZero ? on ^ 1 : on));
    }

    /// <summary>Sixteen events at a time, up to the first sixteen with a word that is no event.</summary>
    private int DecodeWide(ReadOnlySpan<byte> bytes, long timeBase, EventBlock block)
    {
        var rounds = Math.Min(bytes.Length / Bytes, block.Room) / 16;
        var xMask = Vector512.Create(XMask);
        var yMask = Vector512.Create(YMask);
        var noEvent = Vector512.Create(NoEvent);
        var flip = Vector512.Create(OnIsZero ? 1u : 0u);
        var mirror = Vector512.Create(MirrorX ?? 0);
        var mirrored = MirrorX is not null;
        var times = Vector512.Create(timeBase);
        var even = Vector512.Create(0u, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
        var odd = even + Vector512<uint>.One;
        ref var source = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, uint>(bytes));
        ref var timeTarget = ref MemoryMarshal.GetArrayDataReference(block.TimeArray);
        ref var xTarget = ref MemoryMarshal.GetArrayDataReference(block.XArray);
        ref var yTarget = ref MemoryMarshal.GetArrayDataReference(block.YArray);
        ref var onTarget = ref MemoryMarshal.GetArrayDataReference(block.OnArray);
        var at = (nuint)block.End;
        var round = 0;
        for (; round < rounds; round++, at += 16)
        {
            var first = Vector512.LoadUnsafe(ref source, (nuint)round * 32);
            var second = Vector512.LoadUnsafe(ref source, ((nuint)round * 32) + 16);
            if (IsBigEndian)
            {
                (first, second) = (Swap(first), Swap(second));
            }

            var time = Avx512F.PermuteVar16x32x2(first, TimeFirst ? even : odd, second);
            var address = Avx512F.PermuteVar16x32x2(first, TimeFirst ? odd : even, second);
            if ((address & noEvent) != Vector512<uint>.Zero)
            {
                break;
            }

            (Avx512F.ConvertToVector512Int64(time.GetLower()) + times).StoreUnsafe(ref timeTarget, at);
            (Avx512F.ConvertToVector512Int64(time.GetUpper()) + times).StoreUnsafe(ref timeTarget, at + 8);
            var x = Vector512.ShiftRightLogical(address, XShift) & xMask;
            Avx512F.ConvertToVector256UInt16(mirrored ? mirror - x : x).StoreUnsafe(ref xTarget, at);
            Avx512F.ConvertToVector256UInt16(Vector512.ShiftRightLogical(address, YShift) & yMask).StoreUnsafe(ref yTarget, at);
            var on = (Vector512.ShiftRightLogical(address, PolarityShift) & Vector512<uint>.One) ^ flip;
            Avx512F.ConvertToVector128Byte(on).StoreUnsafe(ref onTarget, at);
        }

        block.Count += round * 16;
        return round * 16 * Bytes;
    }

    /// <summary>
    /// The same with AVX2, or nothing without it. Within a vector's halves events 0, 1, 4, 5 and 2, 3, 6, 7 come together: widening times
    /// in the halves puts them in order, and one permutation does so for what is narrowed.
    /// </summary>
    private int DecodeVectors(ReadOnlySpan<byte> bytes, long timeBase, EventBlock block)
    {
        var rounds = Math.Min(bytes.Length / Bytes, block.Room) / 16;
        if (!Avx2.IsSupported)
        {
            return 0;
        }

        var xMask = Vector256.Create(XMask);
        var yMask = Vector256.Create(YMask);
        var noEvent = Vector256.Create(NoEvent);
        var flip = Vector256.Create(OnIsZero ? (ushort)1 : (ushort)0);
        var mirror = Vector256.Create((ushort)(MirrorX ?? 0));
        var mirrored = MirrorX is not null;
        var times = Vector256.Create(timeBase);
        var inOrder = Vector256.Create(0u, 4, 1, 5, 2, 6, 3, 7);
        ref var source = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, uint>(bytes));
        ref var timeTarget = ref MemoryMarshal.GetArrayDataReference(block.TimeArray);
        ref var xTarget = ref MemoryMarshal.GetArrayDataReference(block.XArray);
        ref var yTarget = ref MemoryMarshal.GetArrayDataReference(block.YArray);
        ref var onTarget = ref MemoryMarshal.GetArrayDataReference(block.OnArray);
        var at = (nuint)block.End;
        var round = 0;
        for (; round < rounds; round++, at += 16)
        {
            var (timeA, addressA) = Eight(ref source, (nuint)round * 32);
            var (timeB, addressB) = Eight(ref source, ((nuint)round * 32) + 16);
            if (((addressA | addressB) & noEvent) != Vector256<uint>.Zero)
            {
                break;
            }

            (Avx2.UnpackLow(timeA, Vector256<uint>.Zero).AsInt64() + times).StoreUnsafe(ref timeTarget, at);
            (Avx2.UnpackHigh(timeA, Vector256<uint>.Zero).AsInt64() + times).StoreUnsafe(ref timeTarget, at + 4);
            (Avx2.UnpackLow(timeB, Vector256<uint>.Zero).AsInt64() + times).StoreUnsafe(ref timeTarget, at + 8);
            (Avx2.UnpackHigh(timeB, Vector256<uint>.Zero).AsInt64() + times).StoreUnsafe(ref timeTarget, at + 12);
            var x = Field(addressA, addressB, XShift, xMask, inOrder);
            (mirrored ? mirror - x : x).StoreUnsafe(ref xTarget, at);
            Field(addressA, addressB, YShift, yMask, inOrder).StoreUnsafe(ref yTarget, at);
            var on = Field(addressA, addressB, PolarityShift, Vector256<uint>.One, inOrder) ^ flip;
            Sse2.PackUnsignedSaturate(on.GetLower().AsInt16(), on.GetUpper().AsInt16()).StoreUnsafe(ref onTarget, at);
        }

        block.Count += round * 16;
        return round * 16 * Bytes;
    }

    /// <summary>Times and addresses of eight events, in the order 0, 1, 4, 5, 2, 3, 6, 7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private (Vector256<uint> Time, Vector256<uint> Address) Eight(ref uint source, nuint at)
    {
        var low = Vector256.LoadUnsafe(ref source, at).AsSingle();
        var high = Vector256.LoadUnsafe(ref source, at + 8).AsSingle();
        var even = Avx.Shuffle(low, high, 0b10_00_10_00).AsUInt32();
        var odd = Avx.Shuffle(low, high, 0b11_01_11_01).AsUInt32();
        if (IsBigEndian)
        {
            (even, odd) = (Swap(even), Swap(odd));
        }

        return TimeFirst ? (even, odd) : (odd, even);
    }

    /// <summary>A field of sixteen addresses, in order. No field has more than 16 bits, so saturation changes none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Field(Vector256<uint> a, Vector256<uint> b, int shift, Vector256<uint> mask, Vector256<uint> inOrder)
    {
        var first = Vector256.ShiftRightLogical(a, shift) & mask;
        var second = Vector256.ShiftRightLogical(b, shift) & mask;
        return Avx2.PermuteVar8x32(Avx2.PackUnsignedSaturate(first.AsInt32(), second.AsInt32()).AsUInt32(), inOrder).AsUInt16();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Swap(Vector512<uint> words) =>
        Avx512BW.Shuffle(words.AsByte(), Vector512.Create(
            Vector128.Create(0x0405060700010203ul, 0x0C0D0E0F08090A0B)).AsByte()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Swap(Vector256<uint> words) =>
        Avx2.Shuffle(words.AsByte(),
            Vector256.Create(0x0405060700010203ul, 0x0C0D0E0F08090A0B, 0x0405060700010203, 0x0C0D0E0F08090A0B).AsByte()).AsUInt32();
}
