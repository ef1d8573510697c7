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
        var xMask = Vector512.Create(XMask);
        var yMask = Vector512.Create(YMask);
        var xShift = Vector512.Create((uint)XShift);
        var yShift = Vector512.Create((uint)YShift);
        var polarityShift = Vector512.Create((uint)PolarityShift);
        var noEvent = Vector512.Create(NoEvent);
        var flip = Vector512.Create(OnIsZero ? 1u : 0u);
        var mirror = Vector512.Create(MirrorX ?? 0);
        var (bigEndian, timeFirst, mirrored) = (IsBigEndian, TimeFirst, MirrorX is not null);
        var times = Vector512.Create((ulong)timeBase);
        var addresses = Vector512.Create(0u, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30) + Vector512.Create(timeFirst ? 1u : 0);
        ref var source = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, ulong>(bytes));
        var target = new Columns(block);
        var end = (nuint)Math.Min(bytes.Length / Bytes, block.Room) / 16 * 16;
        nuint at = 0;
        for (; at < end; at += 16)
        {
            var (first, second) = (Vector512.LoadUnsafe(ref source, at), Vector512.LoadUnsafe(ref source, at + 8));
            if (bigEndian)
            {
                (first, second) = (Swap(first), Swap(second));
            }

            var address = Avx512F.PermuteVar16x32x2(first.AsUInt32(), addresses, second.AsUInt32());
            if ((address & noEvent) != Vector512<uint>.Zero)
            {
                break;
            }

            (Times(first, timeFirst) + times).StoreUnsafe(ref target.Times, at);
            (Times(second, timeFirst) + times).StoreUnsafe(ref target.Times, at + 8);
            var x = Avx512F.ShiftRightLogicalVariable(address, xShift) & xMask;
            Avx512F.ConvertToVector256UInt16(mirrored ? mirror - x : x).StoreUnsafe(ref target.X, at);
            var y = Avx512F.ShiftRightLogicalVariable(address, yShift) & yMask;
            Avx512F.ConvertToVector256UInt16(y).StoreUnsafe(ref target.Y, at);
            var on = (Avx512F.ShiftRightLogicalVariable(address, polarityShift) & Vector512<uint>.One) ^ flip;
            Avx512F.ConvertToVector128Byte(on).StoreUnsafe(ref target.On, at);
        }

        block.Count += (int)at;
        return (int)at * Bytes;
    }

    /// <summary>The same with AVX2, or nothing without it.</summary>
    private int DecodeVectors(ReadOnlySpan<byte> bytes, long timeBase, EventBlock block)
    {
        if (!Avx2.IsSupported)
        {
            return 0;
        }

        var xMask = Vector256.Create(XMask);
        var yMask = Vector256.Create(YMask);
        var noEvent = Vector256.Create(NoEvent);
        var flip = Vector256.Create(OnIsZero ? (ushort)1 : (ushort)0);
        var mirror = Vector256.Create((ushort)(MirrorX ?? 0));
        var (bigEndian, timeFirst, mirrored) = (IsBigEndian, TimeFirst, MirrorX is not null);
        var times = Vector256.Create((ulong)timeBase);
        ref var source = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<byte, ulong>(bytes));
        var target = new Columns(block);
        var end = (nuint)Math.Min(bytes.Length / Bytes, block.Room) / 16 * 16;
        nuint at = 0;
        for (; at < end; at += 16)
        {
            var (a, b) = (Vector256.LoadUnsafe(ref source, at), Vector256.LoadUnsafe(ref source, at + 4));
            var (c, d) = (Vector256.LoadUnsafe(ref source, at + 8), Vector256.LoadUnsafe(ref source, at + 12));
            if (bigEndian)
            {
                (a, b, c, d) = (Swap(a), Swap(b), Swap(c), Swap(d));
            }

            var (first, second) = (Addresses(a, b, timeFirst), Addresses(c, d, timeFirst));
            if (((first | second) & noEvent) != Vector256<uint>.Zero)
            {
                break;
            }

            (Times(a, timeFirst) + times).StoreUnsafe(ref target.Times, at);
            (Times(b, timeFirst) + times).StoreUnsafe(ref target.Times, at + 4);
            (Times(c, timeFirst) + times).StoreUnsafe(ref target.Times, at + 8);
            (Times(d, timeFirst) + times).StoreUnsafe(ref target.Times, at + 12);
            var x = Field(first, second, XShift, xMask);
            (mirrored ? mirror - x : x).StoreUnsafe(ref target.X, at);
            Field(first, second, YShift, yMask).StoreUnsafe(ref target.Y, at);
            var on = Field(first, second, PolarityShift, Vector256<uint>.One) ^ flip;
            Sse2.PackUnsignedSaturate(on.GetLower().AsInt16(), on.GetUpper().AsInt16()).StoreUnsafe(ref target.On, at);
        }

        block.Count += (int)at;
        return (int)at * Bytes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Times(Vector512<ulong> pairs, bool timeFirst) =>
        timeFirst ? pairs & Vector512.Create((ulong)uint.MaxValue) : pairs >> 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Times(Vector256<ulong> pairs, bool timeFirst) =>
        timeFirst ? pairs & Vector256.Create((ulong)uint.MaxValue) : pairs >> 32;

    /// <summary>Addresses of eight events, in the order 0, 1, 4, 5, 2, 3, 6, 7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Addresses(Vector256<ulong> first, Vector256<ulong> second, bool timeFirst) => (timeFirst
        ? Avx.Shuffle(first.AsSingle(), second.AsSingle(), 0b11_01_11_01)
        : Avx.Shuffle(first.AsSingle(), second.AsSingle(), 0b10_00_10_00)).AsUInt32();

    /// <summary>
    /// A field of sixteen addresses, put in order. No field has more than 16 bits, so saturation changes none.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ushort> Field(Vector256<uint> a, Vector256<uint> b, int shift, Vector256<uint> mask)
    {
        var first = Vector256.ShiftRightLogical(a, shift) & mask;
        var second = Vector256.ShiftRightLogical(b, shift) & mask;
        var packed = Avx2.PackUnsignedSaturate(first.AsInt32(), second.AsInt32());
        return Avx2.PermuteVar8x32(packed.AsUInt32(), Vector256.Create(0u, 4, 1, 5, 2, 6, 3, 7)).AsUInt16();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Swap(Vector512<ulong> pairs) =>
        Avx512BW.Shuffle(pairs.AsByte(), Vector512.Create(Vector128.Create(0x0405060700010203ul, 0x0C0D0E0F08090A0B)).AsByte()).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Swap(Vector256<ulong> pairs) =>
        Avx2.Shuffle(pairs.AsByte(), Vector256.Create(Vector128.Create(0x0405060700010203ul, 0x0C0D0E0F08090A0B)).AsByte()).AsUInt64();

    /// <summary>Where a block's next event goes.</summary>
    private readonly ref struct Columns
    {
        public readonly ref ulong Times;
        public readonly ref ushort X;
        public readonly ref ushort Y;
        public readonly ref byte On;

        public Columns(EventBlock block)
        {
            Times = ref MemoryMarshal.GetReference(MemoryMarshal.Cast<long, ulong>(block.TimeArray.AsSpan(block.End)));
            X = ref MemoryMarshal.GetReference(block.XArray.AsSpan(block.End));
            Y = ref MemoryMarshal.GetReference(block.YArray.AsSpan(block.End));
            On = ref MemoryMarshal.GetReference(block.OnArray.AsSpan(block.End));
        }
    }
}
