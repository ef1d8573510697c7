using System.Buffers.Binary;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// AEDAT 3.1: packets of events of one kind, each with a header of 28 bytes, little-endian. Polarity events (kind 1) are read, other packets passed over.
/// An event is a word (bit 0 valid, 1 polarity, 2-16 row, 17-31 column) and 31 bits of time; the packet's overflow count gives the bits above.
/// Events marked invalid are kept, as SpikingJelly and Tonic keep them, and a remark counts them. Source: iniVation's description of AEDAT 3.1.
/// </summary>
internal sealed class Aedat31Decoder(string file) : EventDecoder
{
    private const int HeaderBytes = 28;
    private const int PolarityKind = 1;

    private static readonly PairLayout Layout = new(IsBigEndian: false, TimeFirst: false, XShift: 17, XMask: 0x7FFF, YShift: 2, YMask: 0x7FFF, PolarityShift: 1);

    private long left;     // bytes of the packet's events that are still to come
    private long skip;     // bytes that are to be passed over
    private long timeBase;
    private long invalid;

    public override int Wanted => left > 0 ? PairLayout.Bytes : skip > 0 ? 1 : HeaderBytes;

    public override string Piece => left > 0 ? "event of 8 bytes" : "packet header of 28 bytes";

    public override string? Unfinished => left + skip > 0 ? $"{left + skip} more bytes of the last packet" : null;

    public override IEnumerable<string> Remarks => invalid > 0 ? [$"{invalid} events are marked invalid in the file; they are counted like the others"] : [];

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var used = 0;
        while (block.Room > 0)
        {
            var rest = bytes[used..];
            if (left > 0)
            {
                var events = Layout.Decode(rest[..(int)Math.Min(left, rest.Length)], timeBase, block);
                if (events == 0)
                {
                    break;
                }

                (left, used) = (left - events, used + events);
            }
            else if (skip > 0)
            {
                var skipped = (int)Math.Min(skip, rest.Length);
                if (skipped == 0)
                {
                    break;
                }

                (skip, used) = (skip - skipped, used + skipped);
            }
            else if (rest.Length >= HeaderBytes)
            {
                Begin(rest, offset + used);
                used += HeaderBytes;
            }
            else
            {
                break;
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
            throw new EventFileException(file, offset, $"no packet starts here: its header says kind {kind}, {size} bytes an event, overflow {overflow}, capacity {capacity}, {count} events, {valid} valid");
        }

        var bytes = (long)size * capacity;
        if (kind != PolarityKind)
        {
            skip = bytes;
            return;
        }

        if (size != PairLayout.Bytes)
        {
            throw new EventFileException(file, offset, $"a packet of polarity events says {size} bytes an event; expected {PairLayout.Bytes}");
        }

        left = (long)count * size;
        skip = bytes - left;
        timeBase = (long)overflow << 31;
        invalid += count - valid;
    }
}
