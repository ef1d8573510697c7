using System.Buffers.Binary;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// Event Stream 2.0 of colour events, eight bytes each: the time since the last event, column and row, little-endian, then red, green and
/// blue. They say which colour a pixel took, not whether it grew brighter: their places and times are read, all as ON, and a remark says
/// so. Source: the format's specification, github.com/neuromorphic-paris/event_stream.
/// </summary>
internal sealed class ColourStreamDecoder : EventDecoder
{
    private const int Bytes = 8;
    private const byte Reset = 0xFE;
    private const byte Overflow = 0xFF;

    private long time;

    public override int Wanted => Bytes;

    public override string Piece => "event of 8 bytes";

    public override IEnumerable<string> Remarks =>
        ["its events are colours, which have no polarity: all are given as ON, without their colours"];

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var used = 0;
        while (used < bytes.Length && block.Room > 0)
        {
            var first = bytes[used];
            if (first is Reset or Overflow)
            {
                time += first == Overflow ? Reset : 0;
                used++;
                continue;
            }

            if (bytes.Length - used < Bytes)
            {
                break;
            }

            time += first;
            block.Add(time, BinaryPrimitives.ReadUInt16LittleEndian(bytes[(used + 1)..]),
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[(used + 3)..]), 1);
            used += Bytes;
        }

        return used;
    }
}
