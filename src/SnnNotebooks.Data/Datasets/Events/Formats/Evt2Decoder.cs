using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// Prophesee EVT 2.0: little-endian words of 32 bits, the upper four say what they are. CD words (0 OFF, 1 ON): 6 bits of time, 11 of
/// column, 11 of row;
/// TIME_HIGH (8): the upper 28 bits of the time. Other words are triggers and extensions. Events before the first TIME_HIGH have no time
/// and are left out.
/// Source: docs.prophesee.ai, EVT 2.0 format.
/// </summary>
internal sealed class Evt2Decoder : EventDecoder
{
    private readonly TimeHigh high = new(28, 6);

    public override int Wanted => 4;

    public override string Piece => "word of 4 bytes";

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var words = MemoryMarshal.Cast<byte, uint>(bytes);
        var times = block.TimeArray.AsSpan(block.End, block.Room);
        var x = block.XArray.AsSpan(block.End, block.Room);
        var y = block.YArray.AsSpan(block.End, block.Room);
        var on = block.OnArray.AsSpan(block.End, block.Room);
        var (used, count) = (0, 0);
        for (; used < words.Length && count < times.Length; used++)
        {
            var word = BitConverter.IsLittleEndian ? words[used] : BinaryPrimitives.ReverseEndianness(words[used]);
            var kind = word >> 28;
            if (kind <= 1)
            {
                if (high.IsKnown)
                {
                    times[count] = high.Base | ((word >> 22) & 0x3F);
                    x[count] = (ushort)((word >> 11) & 0x7FF);
                    y[count] = (ushort)(word & 0x7FF);
                    on[count] = (byte)kind;
                    count++;
                }
            }
            else if (kind == 8)
            {
                high.Set(word & 0xFFFFFFF);
            }
        }

        block.Count += count;
        return used * sizeof(uint);
    }
}
