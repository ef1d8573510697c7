using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Neurons.Fused.Normalisation;

/// <summary>
/// Mean and variance of each channel in one pass: sums of values and squares in float64, the same for any number of threads.
/// </summary>
internal static unsafe class ChannelMoments
{
    private const int MostShares = 32;
    private const long LeastShare = 1 << 14; // elements
    private const int RowsAtOnce = 32; // which stay in the first-level cache

    /// <summary>Takes them.</summary>
    /// <param name="x">A sequence; channels that lie innermost are a multiple of 8.</param>
    /// <returns>Mean and biased variance of each channel.</returns>
    public static (double[] Mean, double[] Variance) Of(ChannelSequence x)
    {
        var (channels, inner) = (x.Layout.Channels, x.Layout.Inner);
        var length = inner == 1 ? channels : inner; // of a run: a pixel, or a map
        var runs = x.Steps * (x.Neurons / length);
        var shares = Math.Clamp(runs * length / LeastShare, 1, Math.Min(MostShares, runs));
        var sums = new double[shares * 2 * channels];
        NeuronRanges.Run(runs * length / shares, shares, 1, (from, to) =>
        {
            for (var share = from; share < to; share++)
            {
                fixed (double* own = &sums[share * 2 * channels])
                {
                    Share(x, length, runs * share / shares, runs * (share + 1) / shares, own);
                }
            }
        });
        var (mean, variance) = (new double[channels], new double[channels]);
        for (var i = 0L; i < sums.Length; i++)
        {
            (i / channels % 2 == 0 ? mean : variance)[i % channels] += sums[i];
        }

        for (var i = 0; i < channels; i++)
        {
            mean[i] /= x.Values;
            variance[i] = (variance[i] / x.Values) - (mean[i] * mean[i]);
            variance[i] = variance[i] < 0 ? 0 : variance[i]; // a NaN stays
        }

        return (mean, variance);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Share(ChannelSequence x, long length, long from, long to, double* sums)
    {
        var (inStep, channels) = (x.Neurons / length, x.Layout.Channels);
        for (long run = from, count; run < to; run += count)
        {
            var (step, place) = Math.DivRem(run, inStep);
            if (x.Layout.Inner == 1)
            {
                count = Math.Min(Math.Min(to - run, inStep - place), RowsAtOnce);
                Pixels(x.At(step, place * length), (int)count, channels, sums);
            }
            else
            {
                count = 1;
                Map(x.At(step, place * length), length, sums + (place % channels), channels);
            }
        }
    }

    /// <summary>Pixels whose channels lie innermost.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pixels(float* values, int count, int channels, double* sums)
    {
        for (var channel = 0; channel < channels; channel += Vector256<float>.Count)
        {
            double* total = sums + channel, squares = total + channels;
            var (a, b, c, d) = (
                Vector256.Load(total), Vector256.Load(total + 4), Vector256.Load(squares), Vector256.Load(squares + 4));
            for (var i = 0; i < count; i++)
            {
                var (lower, upper) = Vector256.Widen(Vector256.Load(values + ((long)i * channels) + channel));
                a += lower;
                b += upper;
                c += lower * lower;
                d += upper * upper;
            }

            a.Store(total);
            b.Store(total + 4);
            c.Store(squares);
            d.Store(squares + 4);
        }
    }

    /// <summary>A map of one channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Map(float* values, long count, double* sum, int channels)
    {
        var (a, b, c, d) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0L;
        for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (lower, upper) = Vector256.Widen(Vector256.Load(values + i));
            a += lower;
            b += upper;
            c += lower * lower;
            d += upper * upper;
        }

        var (total, squares) = (Vector256.Sum(a + b), Vector256.Sum(c + d));
        for (; i < count; i++)
        {
            total += values[i];
            squares += (double)values[i] * values[i];
        }

        sum[0] += total;
        sum[channels] += squares;
    }
}
