using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Refuses facts that do not belong to the trials.</summary>
internal static class FactCheck
{
    /// <summary>What a supervised model says that is fitted without facts.</summary>
    public static InvalidOperationException Untold(ILatentModel model, string what) => new(
        $"{model.Name} must be told {what}: call Fit(counts, facts) with TrialFacts.");

    /// <summary>Checks the factors.</summary>
    /// <param name="facts">The facts.</param>
    /// <param name="trials">How many trials there are.</param>
    /// <exception cref="ArgumentException">A factor has levels of another number of trials, or two have one name.</exception>
    public static void Factors(TrialFacts facts, long trials)
    {
        ArgumentNullException.ThrowIfNull(facts);
        foreach (var factor in facts.Factors)
        {
            if (factor.Levels.Count != trials)
            {
                throw new ArgumentException(
                    $"The factor {factor.Name} has levels of {factor.Levels.Count} trials; expected one for each of {trials}.",
                    nameof(facts));
            }
        }

        if (facts.Factors.Select(factor => factor.Name).Distinct().Count() < facts.Factors.Count)
        {
            throw new ArgumentException(
                $"Factors are called {string.Join(", ", facts.Factors.Select(factor => factor.Name))}: give each a name of its own.",
                nameof(facts));
        }
    }

    /// <summary>Checks the targets.</summary>
    /// <param name="facts">The facts.</param>
    /// <param name="counts">[trials, T, N].</param>
    /// <returns>The targets.</returns>
    /// <exception cref="ArgumentException">There are none, or they are not [trials, T, K] and finite.</exception>
    public static Tensor Targets(TrialFacts facts, Tensor counts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        using var scope = NewDisposeScope();
        if (facts.Targets is not { } targets || targets.dim() != 3 || targets.shape[2] == 0 || targets.dtype != float32
            || !targets.shape.AsSpan(0, 2).SequenceEqual(counts.shape.AsSpan(0, 2)))
        {
            throw new ArgumentException(
                $"Targets are {(facts.Targets is { } given ? $"{given.dtype} [{string.Join(", ", given.shape)}]" : "absent")}; expected "
                + $"float32 [{counts.shape[0]}, {counts.shape[1]}, K].", nameof(facts));
        }

        return targets.isfinite().all().item<bool>()
            ? targets
            : throw new ArgumentException("A target is NaN or infinite; leave such trials out, or fill the gap.", nameof(facts));
    }

    /// <summary>Of each trial the number of its combination of levels, from 0 in the order they first occur.</summary>
    public static int[] Combinations(IReadOnlyList<TrialFactor> factors, int trials)
    {
        Dictionary<string, int> known = [];
        return [.. Enumerable.Range(0, trials).Select(trial =>
        {
            var key = string.Join(',', factors.Select(factor => factor.Levels[trial]));
            return known.TryAdd(key, known.Count) ? known.Count - 1 : known[key];
        })];
    }

    /// <summary>Of each factor the place of every trial's level among its levels in ascending order.</summary>
    public static int[][] Places(IReadOnlyList<TrialFactor> factors) => [.. factors.Select(factor =>
    {
        int[] levels = [.. factor.Levels.Distinct().Order()];
        return factor.Levels.Select(level => Array.BinarySearch(levels, level)).ToArray();
    })];
}
