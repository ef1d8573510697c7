using System.Buffers.Binary;
using System.Numerics;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// Prophesee EVT 2.1: words of 64 bits, the upper four say what they are. Event words (0 OFF, 1 ON): 6 bits of time, 11 of column, 11 of
/// row, and a mask of
/// 32 pixels to the right of that column; TIME_HIGH (8): the upper 28 bits of the time. Source: docs.prophesee.ai, EVT 2.1 format.
/// </summary>
/// <param name="upperHalfFirst">Whether the upper 32 bits of a word come first (IMX636), else the word is little-endian as a whole
/// (GenX320).</param>
internal sealed class Evt21Decoder(bool upperHalfFirst) : EventDecoder
{
    private readonly TimeHigh high = new(28, 6);

    public override int Wanted => 8;

    public override int Burst => 32;

    public override string Piece => "word of 8 bytes";

    public override int Decode(ReadOnlySpan<byte> bytes, long offset, EventBlock block)
    {
        var used = 0;
        for (; bytes.Length - used >= 8 && block.Room >= Burst; used += 8)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(bytes[used..]);
            if (upperHalfFirst)
            {
                word = BitOperations.RotateLeft(word, 32);
            }

            var kind = (int)(word >> 60);
            if (kind == 8)
            {
                high.Set((uint)(word >> 32) & 0xFFFFFFF);
            }
            else if (kind <= 1 && high.IsKnown)
            {
                var time = high.Base | (long)((word >> 54) & 0x3F);
                for (var mask = (uint)word; mask != 0; mask &= mask - 1)
                {
                    block.Add(time, (int)((word >> 43) & 0x7FF) + BitOperations.TrailingZeroCount(mask), (int)((word >> 32) & 0x7FF), kind);
                }
            }
        }

        return used;
    }
}
