using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive.Packed;

/// <summary>Bits in 64-bit words, and what is done with them.</summary>
internal static class PackedBits
{
    /// <summary>Words for so many bits.</summary>
    public static int Words(int bits) => (bits + 63) / 64;

    /// <summary>
    /// Bit i is 1 where the uniform number at position i is below the probability: the bits of <see cref="StochasticNeuron"/>, packed.
    /// </summary>
    /// <param name="probabilities">Padded to a multiple of 8.</param>
    /// <param name="stream">Where the uniform numbers come from.</param>
    /// <param name="position">The first.</param>
    /// <param name="bits">Words that hold them all.</param>
    public static void Sample(ReadOnlySpan<float> probabilities, RandomStream stream, ulong position, Span<ulong> bits)
    {
        bits.Clear();
        var state = stream.Words(position);
        for (var i = 0; i < probabilities.Length; i += Vector256<float>.Count)
        {
            var fires = Vector256.LessThan(RandomStream.Next(ref state), Vector256.LoadUnsafe(in probabilities[i]));
            bits[i >> 6] |= (ulong)Vector256.ExtractMostSignificantBits(fires) << (i & 63);
        }
    }

    /// <summary>
    /// Turns a square of 64 x 64 bits: bit c of word r becomes bit r of word c (H. Warren, "Hacker's Delight", section 7.3).
    /// </summary>
    public static void Transpose(Span<ulong> square)
    {
        var mask = 0x00000000FFFFFFFFUL;
        for (var width = 32; width != 0; width >>= 1, mask ^= mask << width)
        {
            for (var r = 0; r < 64; r = ((r | width) + 1) & ~width)
            {
                var swapped = ((square[r] >> width) ^ square[r | width]) & mask;
                square[r] ^= swapped << width;
                square[r | width] ^= swapped;
            }
        }
    }
}
