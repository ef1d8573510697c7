using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Figures;

/// <summary>
/// Statistics of a tensor, computed in double precision over every element; beyond 2^24 elements over 2^20 of them, drawn at
/// random with a fixed seed (evenly spaced ones could all fall into one column). Mean, deviation, lowest and highest leave out
/// what is not finite.
/// </summary>
internal sealed class TensorStatistics
{
    public const int Bins = 40;
    private const long MostRead = 1L << 24;
    private const int SampleSize = 1 << 20;
    private const int ChunkLength = 1 << 18;
    private double squares;

    /// <summary>Reads a detached, real, dense tensor.</summary>
    public TensorStatistics(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        Sampled = tensor.numel() > MostRead;
        var flat = Sampled ? Sample(tensor) : tensor.reshape(-1);
        Read = flat.numel();
        ForEachChunk(flat, Add);
        if (Finite > 0)
        {
            ForEachChunk(flat, Count);
        }
    }

    private delegate void Reader(ReadOnlySpan<double> values);

    /// <summary>How many elements were read.</summary>
    public long Read { get; }

    /// <summary>Whether that is a random sample.</summary>
    public bool Sampled { get; }

    public long Finite { get; private set; }

    public long Zeros { get; private set; }

    public long NaN { get; private set; }

    public long PositiveInfinite { get; private set; }

    public long NegativeInfinite { get; private set; }

    public double Min { get; private set; } = double.PositiveInfinity;

    public double Max { get; private set; } = double.NegativeInfinity;

    public double Mean { get; private set; }

    /// <summary>Of the elements as a population: divided by their number, not by one less.</summary>
    public double StandardDeviation => Math.Sqrt(squares / Finite);

    /// <summary>How many finite elements fall into each of equal intervals from the lowest to the highest.</summary>
    public long[] Histogram { get; } = new long[Bins];

    // random coordinates on every axis: works for any layout without a copy
    private static Tensor Sample(Tensor tensor)
    {
        var random = new Random(1);
        var places = tensor.shape.Select(length =>
        {
            var axis = new long[SampleSize];
            for (var i = 0; i < axis.Length; i++)
            {
                axis[i] = random.NextInt64(length);
            }

            return TensorIndex.Tensor(torch.tensor(axis, device: tensor.device));
        });
        return tensor.index([.. places]);
    }

    private static void ForEachChunk(Tensor flat, Reader reader)
    {
        for (long start = 0; start < flat.numel(); start += ChunkLength)
        {
            using var scope = NewDisposeScope();
            var chunk = flat.narrow(0, start, Math.Min(ChunkLength, flat.numel() - start)).cpu().to(ScalarType.Float64).contiguous();
            reader(MemoryMarshal.Cast<byte, double>(chunk.bytes));
        }
    }

    // T. Chan, G. Golub, R. LeVeque (1979): mean and squared deviations of each chunk, then merged
    private void Add(ReadOnlySpan<double> values)
    {
        var (count, zeros, sum, low, high) = (0L, 0L, 0.0, Min, Max);
        foreach (var value in values)
        {
            if (double.IsFinite(value))
            {
                count++;
                zeros += value == 0 ? 1 : 0;
                sum += value;
                low = value < low ? value : low;
                high = value > high ? value : high;
            }
            else if (double.IsNaN(value))
            {
                NaN++;
            }
            else if (value > 0)
            {
                PositiveInfinite++;
            }
            else
            {
                NegativeInfinite++;
            }
        }

        (Zeros, Min, Max) = (Zeros + zeros, low, high);
        if (count == 0)
        {
            return;
        }

        var (mean, deviations) = (sum / count, 0.0);
        foreach (var value in values)
        {
            deviations += double.IsFinite(value) ? (value - mean) * (value - mean) : 0;
        }

        var (difference, total) = (mean - Mean, Finite + count);
        squares += deviations + (difference * difference * Finite * count / total);
        Mean += difference * count / total;
        Finite = total;
    }

    private void Count(ReadOnlySpan<double> values)
    {
        // halves, because the distance of the largest doubles is infinite
        var (low, width, counts) = (Min / 2, (Max / 2) - (Min / 2), Histogram);
        foreach (var value in values)
        {
            if (double.IsFinite(value))
            {
                counts[width > 0 ? Math.Min(Bins - 1, (int)(((value / 2) - low) / width * Bins)) : 0]++;
            }
        }
    }
}
