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
    /// <param name="conditionCount">How many conditions there are, where some may have no observation here; null where each has one. Only
    /// <see cref="UnbalancedDistances"/> take measurements that lack a condition.</param>
    /// <exception cref="ArgumentException">The shape is another, a number is not finite, conditions have gaps or lie beyond their count,
    /// or the lists do not have a number for each observation.</exception>
    public Observations(Tensor values, IReadOnlyList<int> conditions, IReadOnlyList<int>? runs = null, int? conditionCount = null)
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
        if (conditionCount is null && !distinct.SequenceEqual(Enumerable.Range(0, distinct.Length)))
        {
            throw new ArgumentException(
                $"Conditions are {string.Join(", ", distinct.Take(8))}; number them from 0 without gaps, or say how many there are.",
                nameof(conditions));
        }

        if (distinct[0] < 0 || distinct[^1] >= (conditionCount ?? distinct.Length))
        {
            throw new ArgumentException(
                $"Conditions are {distinct[0]} to {distinct[^1]}; of {conditionCount} they are numbered from 0 to {conditionCount - 1}.",
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
        (Channels, Conditions) = ((int)values.shape[1], conditionCount ?? distinct.Length);
    }

    /// <summary>Number of channels, N.</summary>
    public int Channels { get; }

    /// <summary>Number of conditions.</summary>
    public int Conditions { get; }

    /// <summary>The runs, in ascending order.</summary>
    public IReadOnlyList<int> Runs => [.. runs.Distinct().Order()];

    /// <summary>The observations, their conditions and their runs.</summary>
    internal IEnumerable<(double[] Row, int Condition, int Run)> All => rows.Select((row, o) => (row, conditions[o], runs[o]));

    /// <summary>
    /// What is left of each observation without its condition's mean, and the degrees of freedom: O less the conditions that have one.
    /// </summary>
    internal (double[][] Rows, int Freedom) Residuals()
    {
        var means = KnownMeans(_ => true);
        double[][] left = [.. rows.Select((row, o) => row.Zip(means[conditions[o]]!, (value, mean) => value - mean).ToArray())];
        return (left, rows.Length - means.Count(mean => mean is not null));
    }

    /// <summary>The mean of each condition over all runs.</summary>
    /// <exception cref="ArgumentException">A condition has no observation.</exception>
    internal double[][] Means() => Complete(KnownMeans(_ => true)) ?? throw new ArgumentException(
        "A condition has no observation: leave it out, or use UnbalancedDistances, which leave out its pairs.");

    /// <summary>The mean of each condition over the runs that are asked for.</summary>
    /// <exception cref="ArgumentException">A condition has no observation there.</exception>
    internal double[][] MeansOf(Func<int, bool> runWanted, int run) => Complete(KnownMeans(runWanted)) ?? throw new ArgumentException(
        $"Without a value for every condition inside and outside run {run} there is no cross-validation over whole runs: show each in "
        + "every run, or use UnbalancedDistances.");

    private static double[][]? Complete(double[]?[] means) => means.Contains(null) ? null : [.. means.Select(mean => mean!)];

    /// <summary>The mean of each condition; null for one without an observation.</summary>
    private double[]?[] KnownMeans(Func<int, bool> runWanted)
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

        return [.. sums.Select((sum, condition) => sum is null ? null : Array.ConvertAll(sum, value => value / counts[condition]))];
    }
}
