using System.Buffers.Binary;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// Event Stream 2.0 of DVS or ATIS events, five bytes each: the time since the last event with polarity (and, ATIS, whether it is an
/// exposure measurement, which is no change event and left out), then column and row, little-endian. Longer times are carried by overflow
/// bytes; reset bytes mean nothing between events.
/// Source: the format's specification, github.com/neuromorphic-paris/event_stream.
/// </summary>
internal sealed class EventStreamDecoder(bool isAtis) : EventDecoder
{
    private long time;
    private long exposures;

    public override int Wanted => 5;

    public override string Piece => "event of 5 bytes";

    public override IEnumerable<string> Remarks =>
        exposures > 0 ? [$"{exposures} exposure measurements are not counted as events"] : [];

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var used = 0;
        while (used < bytes.Length && block.Room > 0)
        {
            var first = bytes[used];
            if (isAtis ? first >= 0xFC : first >= 0xFE)
            {
                time += isAtis ? 63 * (first & 3) : 127 * (first & 1);
                used++;
                continue;
            }

            if (bytes.Length - used < 5)
            {
                break;
            }

            var x = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(used + 1)..]);
            var y = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(used + 3)..]);
            time += isAtis ? first >> 2 : first >> 1;
            if (isAtis && (first & 1) != 0)
            {
                exposures++;
            }
            else
            {
                block.Add(time, x, y, isAtis ? (first >> 1) & 1 : first & 1);
            }

            used += 5;
        }

        return used;
    }
}
