using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// The packets of AEDAT 4: stream and size in 8 bytes, then a FlatBuffer, compressed as the file's header says. Those of one stream of
/// events (EVTS) are read, others passed over. An event is a struct of 16 bytes: time (microseconds), column, row, polarity. Source:
/// iniVation's description of AEDAT 4.
/// </summary>
internal sealed class Aedat4Decoder(string file, int stream, Aedat4Compression compression, string? remark) : EventDecoder
{
    private const int HeaderBytes = 8;
    private const int EventBytes = 16;
    private const int LargestPacket = 1 << 26;

    private byte[] unpacked = [];
    private int next;      // the byte of the unpacked events that is decoded next
    private int end;
    private int packet;    // the size of the packet whose header was read, or 0

    public override int Wanted => packet > 0 ? packet : HeaderBytes;

    public override bool HasPending => next < end;

    public override string Piece => packet > 0 ? $"packet of {packet} bytes" : "packet header of 8 bytes";

    public override string? Unfinished => packet > 0 ? $"{packet} more bytes of the last packet" : null;

    public override IEnumerable<string> Remarks => remark is null ? [] : [remark];

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var used = 0;
        while (block.Room > 0 && Skip == 0)
        {
            if (HasPending)
            {
                Emit(block);
                continue;
            }

            var rest = bytes[used..];
            if (rest.Length < Wanted)
            {
                break;
            }

            if (packet > 0)
            {
                Unpack(rest[..packet], offset + used);
                used += packet;
                packet = 0;
            }
            else
            {
                Begin(rest, offset + used);
                used += HeaderBytes;
            }
        }

        return used;
    }

    private void Begin(ReadOnlySpan<byte> header, long offset)
    {
        var id = BinaryPrimitives.ReadInt32LittleEndian(header);
        var size = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        if (size < 0 || (id == stream && size is 0 or > LargestPacket))
        {
            throw new EventFileException(file, offset, $"a packet of stream {id} says to have {size} bytes; expected 1 to {LargestPacket}");
        }

        if (id == stream)
        {
            packet = size;
        }
        else
        {
            Skip = size;
        }
    }

    private void Unpack(ReadOnlySpan<byte> packed, long offset)
    {
        try
        {
            unpacked = compression.Unpack(packed);
            var events = FlatTable.Root(unpacked, "EVTS").Vector(0, EventBytes);
            next = events.IsEmpty
                ? 0
                : (int)System.Runtime.CompilerServices.Unsafe.ByteOffset(ref unpacked[0], ref MemoryMarshal.GetReference(events));
            end = next + events.Length;
        }
        catch (Exception damage) when (damage is InvalidDataException or FormatException)
        {
            throw new EventFileException(file, offset, $"a packet of events is damaged: {damage.Message}", damage);
        }
    }

    private void Emit(EventBlock block)
    {
        for (; next < end && block.Room > 0; next += EventBytes)
        {
            var element = unpacked.AsSpan(next, EventBytes);
            block.Add(
                BinaryPrimitives.ReadInt64LittleEndian(element),
                BinaryPrimitives.ReadUInt16LittleEndian(element[8..]),
                BinaryPrimitives.ReadUInt16LittleEndian(element[10..]),
                element[12] != 0 ? 1 : 0);
        }
    }
}
