using System.Buffers.Binary;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// AEDAT 3.1: packets of events of one kind, each with a header of 28 bytes, little-endian. Polarity events (kind 1) are read, other
/// packets passed over.
/// An event is a word (bit 0 valid, 1 polarity, 2-16 row, 17-31 column) and 31 bits of time; the packet's overflow count gives the bits
/// above.
/// Events marked invalid are kept, as SpikingJelly and Tonic keep them, and a remark counts them. Source: iniVation's description of AEDAT
/// 3.1.
/// </summary>
internal sealed class Aedat31Decoder(string file) : EventDecoder
{
    private const int HeaderBytes = 28;
    private const int PolarityKind = 1;

    private static readonly PairLayout Layout = new(
        IsBigEndian: false, TimeFirst: false, XShift: 17, XMask: 0x7FFF, YShift: 2, YMask: 0x7FFF, PolarityShift: 1);

    private long left;     // bytes of the packet's events that are still to come
    private long unused;   // bytes of the packet after its events
    private long timeBase;
    private long invalid;

    public override int Wanted => left > 0 ? PairLayout.Bytes : HeaderBytes;

    public override string Piece => left > 0 ? "event of 8 bytes" : "packet header of 28 bytes";

    public override string? Unfinished => left > 0 ? $"{left} more bytes of the last packet" : null;

    public override IEnumerable<string> Remarks =>
        invalid > 0 ? [$"{invalid} events are marked invalid in the file; they are counted like the others"] : [];

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var used = 0;
        while (block.Room > 0 && Skip == 0 && bytes.Length - used >= Wanted)
        {
            var rest = bytes[used..];
            if (left == 0)
            {
                Begin(rest, offset + used);
                used += HeaderBytes;
                continue;
            }

            var events = Layout.Decode(rest[..(int)Math.Min(left, rest.Length)], timeBase, block);
            invalid += CountInvalid(rest[..events]);
            (left, used) = (left - events, used + events);
            if (left == 0)
            {
                Skip = unused;
            }
        }

        return used;
    }

    private void Begin(ReadOnlySpan<byte> header, long offset)
    {
        var kind = BinaryPrimitives.ReadInt16LittleEndian(header);
        var size = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        var overflow = BinaryPrimitives.ReadInt32LittleEndian(header[12..]);
        var capacity = BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
        var count = BinaryPrimitives.ReadInt32LittleEndian(header[20..]);
        var valid = BinaryPrimitives.ReadInt32LittleEndian(header[24..]);
        if (size <= 0 || capacity < 0 || count < 0 || count > capacity || valid < 0 || valid > count || overflow < 0 || kind < 0)
        {
            throw new EventFileException(
                file, offset,
                $"no packet starts here: its header says kind {kind}, {size} bytes an event, overflow {overflow}, capacity {capacity}, "
                + $"{count} events, {valid} valid");
        }

        var bytes = (long)size * capacity;
        if (kind != PolarityKind)
        {
            Skip = bytes;
            return;
        }

        if (size != PairLayout.Bytes)
        {
            throw new EventFileException(
                file, offset, $"a packet of polarity events says {size} bytes an event; expected {PairLayout.Bytes}");
        }

        left = (long)count * size;
        unused = bytes - left;
        Skip = left == 0 ? unused : 0;
        timeBase = (long)overflow << 31;
    }

    /// <summary>By the events' own bits: what the packet's header says of them need not agree.</summary>
    private static long CountInvalid(ReadOnlySpan<byte> events)
    {
        var count = 0L;
        for (var at = 0; at < events.Length; at += PairLayout.Bytes)
        {
            count += ~events[at] & 1;
        }

        return count;
    }
}
