using System.Buffers.Binary;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// Five bytes an event: column, row, then a bit of polarity (1 ON) and 23 bits of time, big-endian (N-MNIST, N-Caltech101, SLAYER's bs2).
/// </summary>
internal sealed class AtisDecoder : EventDecoder
{
    public const int Bytes = 5;

    public override int Wanted => Bytes;

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var count = Math.Min(bytes.Length / Bytes, block.Room);
        var times = block.TimeArray.AsSpan(block.End, count);
        var x = block.XArray.AsSpan(block.End, count);
        var y = block.YArray.AsSpan(block.End, count);
        var on = block.OnArray.AsSpan(block.End, count);
        var source = bytes[..(count * Bytes)];
        for (var i = 0; i < times.Length; i++)
        {
            var fields = BinaryPrimitives.ReadUInt32BigEndian(source[1..]);
            x[i] = source[0];
            y[i] = (byte)(fields >> 24);
            on[i] = (byte)((fields >> 23) & 1);
            times[i] = fields & 0x7FFFFF;
            source = source[Bytes..];
        }

        block.Count += count;
        return count * Bytes;
    }
}
