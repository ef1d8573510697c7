using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SnnNotebooks.Datasets.Images.Transforms;

namespace SnnNotebooks.Tests.Datasets.Images;

/// <summary>The two vector loops of resized rows, each for its processors, against sums of one byte after another.</summary>
public sealed class RowResamplingTests
{
    [Fact]
    public unsafe void Every_loop_gives_the_same_whole_numbers()
    {
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var weights = new int[1 + random.Next(13)];
            for (var at = 0; at < weights.Length; at++)
            {
                // bicubic weights go below zero; together they make one
                weights[at] = round % 2 == 0 ? random.Next(-300_000, (1 << Resampling.Precision) / weights.Length) : 0;
            }

            weights[random.Next(weights.Length)] += (1 << Resampling.Precision) - weights.Sum();
            var pixels = new byte[64];
            random.NextBytes(pixels);
            var expected = Enumerable.Range(0, 3).Select(
                channel => Resampling.Half + weights.Select((weight, at) => weight * pixels[(at * 3) + channel]).Sum());

            fixed (byte* first = pixels)
            {
                Assert.Equal(expected, Colours(RowResampling.OneByOne(first, weights)));
                if (Avx2.IsSupported)
                {
                    var split = new Vector256<short>[(weights.Length + 3) / 4 * 2];
                    RowResampling.Split(weights, split);
                    Assert.Equal(expected, Colours(RowResampling.FourByFour(first, split)));
                }
            }
        }

        static int[] Colours(Vector128<int> sums) => [sums[0], sums[1], sums[2]];
    }
}
