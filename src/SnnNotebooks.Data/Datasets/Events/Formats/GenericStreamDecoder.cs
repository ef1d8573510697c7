namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// Event Stream 2.0 of generic events: a time and some bytes of the user's. They have no place and no polarity; only their times are given.
/// Source: the format's specification, github.com/neuromorphic-paris/event_stream.
/// </summary>
internal sealed class GenericStreamDecoder(string file) : EventDecoder
{
    private const int MostSizeBytes = 8; // 2^56 bytes: more is damage

    private long time;

    public override int Wanted => 1;

    public override string Piece => "time and size of an event";

    public override bool HasPixels => false;

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var used = 0;
        while (used < bytes.Length && block.Room > 0)
        {
            if (bytes[used] >= 0xFE)
            {
                time += bytes[used] == 0xFF ? 0xFE : 0;
                used++;
                continue;
            }

            var size = 0L;
            var length = 0;
            bool more;
            do
            {
                if (length == MostSizeBytes)
                {
                    throw new EventFileException(
                        file, offset + used, $"the size of the event's data takes more than {MostSizeBytes} bytes");
                }

                if (used + 1 + length >= bytes.Length)
                {
                    return used;
                }

                var part = bytes[used + 1 + length];
                size |= (long)(part >> 1) << (7 * length);
                more = (part & 1) != 0;
                length++;
            }
            while (more);

            time += bytes[used];
            block.Add(time, 0, 0, 0);
            used += 1 + length;

            // data that is here is passed over at once, the rest by the reader
            var here = Math.Min(size, bytes.Length - used);
            used += (int)here;
            Skip = size - here;
        }

        return used;
    }
}
