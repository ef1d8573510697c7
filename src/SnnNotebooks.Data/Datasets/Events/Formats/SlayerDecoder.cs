namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>SLAYER's bs3, seven bytes an event, big-endian: 12 bits of column, 12 of row, 8 of polarity, 24 of time.</summary>
internal sealed class SlayerDecoder : EventDecoder
{
    public const int Bytes = 7;

    public override int Wanted => Bytes;

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var used = 0;
        for (; bytes.Length - used >= Bytes && block.Room > 0; used += Bytes)
        {
            var event7 = bytes.Slice(used, Bytes);
            block.Add((event7[4] << 16) | (event7[5] << 8) | event7[6], (event7[0] << 4) | (event7[1] >> 4),
                ((event7[1] & 15) << 8) | event7[2], event7[3] != 0 ? 1 : 0);
        }

        return used;
    }
}
