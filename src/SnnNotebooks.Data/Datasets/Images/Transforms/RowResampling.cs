using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Datasets.Images.Transforms;

/// <summary>Resizes rows of pixels: each new pixel is a weighted sum of neighbours, in whole numbers, as Pillow's.</summary>
internal static class RowResampling
{
    private const int Pixels = 4; // that the loop of AVX2 takes at a time
    private const int LowBits = 11; // of a weight; the bits above them are a number of 16 bits, too

    /// <summary>An image with rows of another length.</summary>
    /// <param name="image">The image.</param>
    /// <param name="columns">For each new pixel of a row the first of its neighbours, and their weights.</param>
    public static RgbImage Of(RgbImage image, (int First, int[] Weights)[] columns)
    {
        var groups = (columns.Max(column => column.Weights.Length) + Pixels - 1) / Pixels;
        var result = GC.AllocateUninitializedArray<byte>(columns.Length * image.Height * RgbImage.Channels);
        var split = new Vector256<short>[groups * 2];
        for (var x = 0; x < columns.Length; x++)
        {
            Split(columns[x].Weights, split);
            Column(image, columns[x], split, result.AsSpan(x * RgbImage.Channels), columns.Length * RgbImage.Channels);
        }

        return new RgbImage(columns.Length, image.Height, result);
    }

    /// <summary>A column of new pixels, top to bottom: their weights are the same.</summary>
    private static unsafe void Column(
        RgbImage image, (int First, int[] Weights) column, ReadOnlySpan<Vector256<short>> split, Span<byte> result, int stride)
    {
        var (rows, row) = (image.Height, image.Width * RgbImage.Channels);
        var first = column.First * RgbImage.Channels;
        // rows after whose pixels so much can be read and written that no vector ends outside; a last column would write over the first
        var room = image.Pixels.Length - first - ((split.Length / 2 * Pixels * RgbImage.Channels) + Pixels);
        var fast = room < 0 || result.Length <= (stride * (rows - 1)) + RgbImage.Channels ? 0 : Math.Min(rows, (room / row) + 1);
        fixed (byte* source = image.Pixels)
        fixed (byte* target = result)
        {
            for (var y = 0; y < fast; y++)
            {
                var neighbours = source + ((long)y * row) + first;
                var sums = Avx2.IsSupported ? FourByFour(neighbours, split) : OneByOne(neighbours, column.Weights);
                var bytes = Vector128.Shuffle(Resampling.Cut(sums).AsByte(), Vector128.Create(0x0C080400).AsByte());
                Unsafe.WriteUnaligned(target + ((long)y * stride), bytes.AsUInt32().ToScalar()); // the fourth is the next column's
            }
        }

        for (var y = fast; y < rows; y++)
        {
            WriteLast(image.Pixels.AsSpan((y * row) + first), column.Weights, result[(y * stride)..]);
        }
    }

    /// <summary>The sums, added up pixel by pixel; the byte after the last is read, too, and makes a fourth.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe Vector128<int> OneByOne(byte* pixels, int[] weights)
    {
        var sum = Vector128.Create(Resampling.Half);
        for (var at = 0; at < weights.Length; at++, pixels += RgbImage.Channels)
        {
            var four = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(pixels)).AsByte();
            sum += Vector128.WidenLower(Vector128.WidenLower(four)).AsInt32() * weights[at];
        }

        return sum;
    }

    /// <summary>
    /// The same by multiplications of 16 bits, whose products AVX2 adds in pairs: the upper and the lower bits of the weights apart. Four
    /// bytes after the last group are read, too.
    /// </summary>
    /// <param name="pixels">The neighbours.</param>
    /// <param name="weights">Upper and lower bits, group by group.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static unsafe Vector128<int> FourByFour(byte* pixels, ReadOnlySpan<Vector256<short>> weights)
    {
        const byte None = 255;
        var pairs = Vector256.Create(
            0, None, 3, None, 1, None, 4, None, 2, None, 5, None, None, None, None, None,
            6, None, 9, None, 7, None, 10, None, 8, None, 11, None, None, None, None, None);
        var (upper, lower) = (Vector256<int>.Zero, Vector256<int>.Zero);
        for (var at = 0; at < weights.Length; at += 2, pixels += Pixels * RgbImage.Channels)
        {
            var values = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(pixels), pairs).AsInt16();
            upper += Avx2.MultiplyAddAdjacent(values, weights[at]);
            lower += Avx2.MultiplyAddAdjacent(values, weights[at + 1]);
        }

        var sums = (upper << LowBits) + lower;
        return sums.GetLower() + sums.GetUpper() + Vector128.Create(Resampling.Half);
    }

    /// <summary>The weights of a pixel as <see cref="FourByFour"/> takes them, zeros after the last.</summary>
    internal static void Split(int[] weights, Span<Vector256<short>> target)
    {
        Span<short> halves = stackalloc short[2 * Pixels]; // the upper ones of four weights, then the lower ones
        for (var group = 0; group < target.Length; group += 2)
        {
            halves.Clear();
            for (var at = group / 2 * Pixels; at < Math.Min(((group / 2) + 1) * Pixels, weights.Length); at++)
            {
                halves[at % Pixels] = (short)(weights[at] >> LowBits);
                halves[Pixels + (at % Pixels)] = (short)(weights[at] & ((1 << LowBits) - 1));
            }

            var pairs = MemoryMarshal.Cast<short, int>(halves);
            target[group] = Vector256.Create(Vector128.Create(pairs[0]), Vector128.Create(pairs[1])).AsInt16();
            target[group + 1] = Vector256.Create(Vector128.Create(pairs[2]), Vector128.Create(pairs[3])).AsInt16();
        }
    }

    /// <summary>A pixel at the end of the image or of a row, after which nothing can be read or written.</summary>
    private static void WriteLast(ReadOnlySpan<byte> pixels, int[] weights, Span<byte> target)
    {
        for (var channel = 0; channel < RgbImage.Channels; channel++)
        {
            var sum = Resampling.Half;
            for (var at = 0; at < weights.Length; at++)
            {
                sum += pixels[(at * RgbImage.Channels) + channel] * weights[at];
            }

            target[channel] = (byte)Math.Clamp(sum >> Resampling.Precision, 0, 255);
        }
    }
}
