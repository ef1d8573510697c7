using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Trials sorted by the conditions of a factorial experiment.</summary>
internal sealed class DemixedResponses
{
    private readonly Tensor values; // [trials, T, N], float64
    private readonly long[][] trials; // of each condition, the last factor fastest
    private readonly long[] levels;

    /// <summary>Sorts the trials.</summary>
    /// <param name="values">[trials, T, N], float64.</param>
    /// <param name="factors">What they differ in.</param>
    /// <exception cref="ArgumentException">A factor has one level only, or a combination of levels has no trial.</exception>
    public DemixedResponses(Tensor values, IReadOnlyList<TrialFactor> factors)
    {
        this.values = values;
        var places = FactCheck.Places(factors);
        levels = [.. factors.Select(factor => (long)factor.Levels.Distinct().Count())];
        if (Array.IndexOf(levels, 1L) is >= 0 and var single)
        {
            throw new ArgumentException(
                $"The factor {factors[single].Name} has the same level in all trials; leave it out.", nameof(factors));
        }

        var conditions = levels.Aggregate(1L, (all, count) => checked(all * count));
        if (conditions > values.shape[0])
        {
            throw new ArgumentException(
                $"{values.shape[0]} trials cannot fill {conditions} combinations of levels; leave out factors, or join levels.",
                nameof(factors));
        }

        trials = [.. Enumerable.Range(0, (int)conditions).Select(condition => Enumerable.Range(0, (int)values.shape[0])
            .Where(trial => Condition(places, trial) == condition).Select(trial => (long)trial).ToArray())];
        if (Array.FindIndex(trials, of => of.Length == 0) is >= 0 and var empty)
        {
            throw new ArgumentException(
                $"No trial has {Named(factors, empty)}: dPCA needs every combination of levels. Leave out a level, or join factors into "
                + "one.",
                nameof(factors));
        }

        Names = [.. factors.Select(factor => factor.Name)];
        Fewest = trials.Min(of => of.Length);
        Scarcest = Named(factors, Array.FindIndex(trials, of => of.Length == Fewest));
    }

    /// <summary>The factors' names.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Trials of the condition with the fewest.</summary>
    public int Fewest { get; }

    /// <summary>That condition in words.</summary>
    public string Scarcest { get; }

    /// <summary>Of each condition one trial, drawn at random, and all others.</summary>
    public (long[] Test, long[][] Training) Split(SeededDraws draws)
    {
        var test = trials.Select(of => of[draws.Below(of.Length)]).ToArray();
        return (test, [.. trials.Select((of, condition) => of.Where(trial => trial != test[condition]).ToArray())]);
    }

    /// <summary>The mean responses and the noise around them.</summary>
    /// <param name="of">Trials of each condition; all where null.</param>
    /// <returns>Means [levels ..., T, N], of which each neuron's mean is taken off, that mean [N], and the noise [N, N]: the covariance of
    /// trials and bins around the means, times conditions and bins, to be on a par with the means' products.</returns>
    public (Tensor Means, Tensor Centre, Tensor Noise) Take(long[][]? of = null)
    {
        of ??= trials;
        using var scope = NewDisposeScope();
        var (bins, neurons) = (values.shape[1], values.shape[2]);
        var (means, noise, samples) = (new List<Tensor>(), zeros(neurons, neurons, dtype: float64, device: values.device), 0L);
        foreach (var condition in of)
        {
            var these = values.index_select(0, tensor(condition, device: values.device));
            var mean = these.mean([0]);
            var residual = (these - mean).flatten(0, 1);
            means.Add(mean);
            noise += residual.t().Product(residual);
            samples += residual.shape[0];
        }

        var rows = stack(means);
        var centre = rows.mean([0, 1]);
        return ((rows - centre).view([.. levels, bins, neurons]).MoveToOuterDisposeScope(), centre.MoveToOuterDisposeScope(),
            (noise * (of.Length * bins / (double)samples)).MoveToOuterDisposeScope());
    }

    private int Condition(int[][] places, int trial) =>
        (int)places.Zip(levels).Aggregate(0L, (all, factor) => (all * factor.Second) + factor.First[trial]);

    private static string Named(IReadOnlyList<TrialFactor> factors, int condition)
    {
        var parts = new string[factors.Count];
        for (var factor = factors.Count - 1; factor >= 0; factor--)
        {
            int[] known = [.. factors[factor].Levels.Distinct().Order()];
            parts[factor] = $"{factors[factor].Name} {known[condition % known.Length]}";
            condition /= known.Length;
        }

        return string.Join(" with ", parts);
    }
}
