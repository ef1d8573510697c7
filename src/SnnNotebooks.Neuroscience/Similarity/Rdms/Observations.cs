using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>Measured responses, one row for each time a condition (a stimulus) was shown.</summary>
public sealed class Observations
{
    private readonly double[][] rows;
    private readonly int[] conditions;
    private readonly int[] runs;

    /// <summary>Takes a copy of measurements.</summary>
    /// <param name="values">[O, N]: O observations of N channels (neurons, voxels), finite.</param>
    /// <param name="conditions">The condition of each observation, from 0 without gaps.</param>
    /// <param name="runs">The independent run of each, for cross-validation; null where every observation is a run of its own.</param>
    /// <exception cref="ArgumentException">The shape is another, a number is not finite, conditions have gaps, or the lists do not have a
    /// number for each observation.</exception>
    public Observations(Tensor values, IReadOnlyList<int> conditions, IReadOnlyList<int>? runs = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(conditions);
        if (values.dim() != 2 || values.numel() == 0 || values.is_complex() || values.shape[0] != conditions.Count
            || (runs is not null && runs.Count != conditions.Count))
        {
            throw new ArgumentException(
                $"Measurements are [{string.Join(", ", values.shape)}] with {conditions.Count} conditions and "
                + $"{(runs is null ? "no" : $"{runs.Count}")} runs; expected [observations, channels] and a condition and run of each.",
                nameof(values));
        }

        var distinct = conditions.Distinct().Order().ToArray();
        if (!distinct.SequenceEqual(Enumerable.Range(0, distinct.Length)))
        {
            throw new ArgumentException($"Conditions are {string.Join(", ", distinct.Take(8))}; number them from 0 without gaps.",
                nameof(conditions));
        }

        using var scope = NewDisposeScope();
        var numbers = values.to(ScalarType.Float64);
        if (!numbers.isfinite().all().item<bool>())
        {
            throw new ArgumentException("Measurements hold numbers that are NaN or infinite; leave these observations or channels out.",
                nameof(values));
        }

        rows = [.. numbers.Numbers<double>().Chunk((int)values.shape[1])];
        (this.conditions, this.runs) = ([.. conditions], [.. runs ?? [.. Enumerable.Range(0, conditions.Count)]]);
        (Channels, Conditions) = ((int)values.shape[1], distinct.Length);
    }

    /// <summary>Number of channels, N.</summary>
    public int Channels { get; }

    /// <summary>Number of conditions.</summary>
    public int Conditions { get; }

    /// <summary>The runs, in ascending order.</summary>
    public IReadOnlyList<int> Runs => [.. runs.Distinct().Order()];

    /// <summary>What is left of each observation without its condition's mean, and the degrees of freedom: O less the conditions.</summary>
    internal (double[][] Rows, int Freedom) Residuals()
    {
        var means = Means(_ => true)!;
        double[][] left = [.. rows.Select((row, o) => row.Zip(means[conditions[o]], (value, mean) => value - mean).ToArray())];
        return (left, rows.Length - Conditions);
    }

    /// <summary>The mean of each condition over the runs that are asked for; null where a condition has no observation there.</summary>
    internal double[][]? Means(Func<int, bool> runWanted)
    {
        var (sums, counts) = (new double[Conditions][], new int[Conditions]);
        for (var o = 0; o < rows.Length; o++)
        {
            if (runWanted(runs[o]))
            {
                var sum = sums[conditions[o]] ??= new double[Channels];
                counts[conditions[o]]++;
                for (var n = 0; n < Channels; n++)
                {
                    sum[n] += rows[o][n];
                }
            }
        }

        return Array.IndexOf(counts, 0) >= 0
            ? null
            : [.. sums.Select((sum, condition) => Array.ConvertAll(sum, value => value / counts[condition]))];
    }

    /// <summary>The same, where a run that lacks a condition is an error.</summary>
    internal double[][] MeansOf(Func<int, bool> runWanted, int run) => Means(runWanted)
        ?? throw new ArgumentException(
            $"Without a value for every condition inside and outside run {run} there is no cross-validation: show each in every run.");
}
