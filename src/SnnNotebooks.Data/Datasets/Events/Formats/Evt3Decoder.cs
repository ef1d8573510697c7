using System.Buffers.Binary;
using System.Numerics;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// Prophesee EVT 3.0: little-endian words of 16 bits, the upper four say what they are; row, time and base column stay as last said.
/// Times have 24 bits: 12 from TIME_HIGH, which starts again at 0 every 16.8 s, and 12 from TIME_LOW. Events before the first TIME_HIGH have no time and
/// are left out. Source: docs.prophesee.ai, EVT 3.0 format.
/// </summary>
internal sealed class Evt3Decoder : EventDecoder
{
    private readonly TimeHigh high = new(12, 12);
    private int low;
    private int row;
    private int column;
    private int polarity;

    public override int Wanted => 2;

    public override int Burst => 12;

    public override string Piece => "word of 2 bytes";

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var used = 0;
        for (; bytes.Length - used >= 2 && block.Room >= Burst; used += 2)
        {
            var word = BinaryPrimitives.ReadUInt16LittleEndian(bytes[used..]);
            switch (word >> 12)
            {
                case 0x0:
                    row = word & 0x7FF;
                    break;
                case 0x2:
                    Vector(block, word & 0x7FF, 1, (word >> 11) & 1);
                    break;
                case 0x3:
                    (column, polarity) = (word & 0x7FF, (word >> 11) & 1);
                    break;
                case 0x4:
                    Vector(block, column, word & 0xFFFu, polarity);
                    column += 12;
                    break;
                case 0x5:
                    Vector(block, column, word & 0xFFu, polarity);
                    column += 8;
                    break;
                case 0x6:
                    low = word & 0xFFF;
                    break;
                case 0x8:
                    high.Set(word & 0xFFFu);
                    break;
                default: // triggers, vendors' extensions and their continuations
                    break;
            }
        }

        return used;
    }

    private void Vector(EventBlock block, int first, uint mask, int on)
    {
        if (!high.IsKnown)
        {
            return;
        }

        for (; mask != 0; mask &= mask - 1)
        {
            block.Add(high.Base | (uint)low, first + BitOperations.TrailingZeroCount(mask), row, on);
        }
    }
}
