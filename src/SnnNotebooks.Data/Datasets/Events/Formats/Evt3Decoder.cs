using System.Buffers.Binary;
using System.Numerics;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// Prophesee EVT 3.0: little-endian words of 16 bits, the upper four say what they are; row, time and base column stay as last said.
/// Times have 24 bits: 12 from TIME_HIGH, which starts again at 0 every 16.8 s, and 12 from TIME_LOW; a new TIME_HIGH without TIME_LOW
/// stands for its beginning. Events before the first TIME_HIGH have no time, those before the first row no row: they are left out. A row of
/// kind 1 begins exposure
/// measurements, which are no events of change, up to the next row of kind 0. Source: docs.prophesee.ai, EVT 3.0 format, and the decoder of
/// OpenEB.
/// </summary>
internal sealed class Evt3Decoder : EventDecoder
{
    private readonly TimeHigh high = new(12, 12);
    private int low;
    private int row;
    private int column;
    private int polarity;
    private bool? isChange; // null before the first row
    private long measurements;

    public override int Wanted => 2;

    public override int Burst => 12;

    public override string Piece => "word of 2 bytes";

    public override IEnumerable<string> Remarks =>
        measurements > 0 ? [$"{measurements} exposure measurements are not counted as events"] : [];

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var used = 0;
        for (; bytes.Length - used >= 2 && block.Room >= Burst; used += 2)
        {
            var word = BinaryPrimitives.ReadUInt16LittleEndian(bytes[used..]);
            switch (word >> 12)
            {
                case 0x0:
                    (row, isChange) = (word & 0x7FF, true);
                    break;
                case 0x1:
                    isChange = false;
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
                    low = high.Set(word & 0xFFFu) ? 0 : low;
                    break;
                default: // triggers, vendors' extensions and their continuations
                    break;
            }
        }

        return used;
    }

    private void Vector(EventBlock block, int first, uint mask, int on)
    {
        if (!high.IsKnown || isChange != true)
        {
            measurements += high.IsKnown && isChange == false ? BitOperations.PopCount(mask) : 0;
            return;
        }

        for (; mask != 0; mask &= mask - 1)
        {
            block.Add(high.Base | (uint)low, first + BitOperations.TrailingZeroCount(mask), row, on);
        }
    }
}
