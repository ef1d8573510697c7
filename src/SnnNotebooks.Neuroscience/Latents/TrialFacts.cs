using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>What is known of trials beside their counts: what an experiment set, and what the animal did.</summary>
public sealed record TrialFacts
{
    /// <summary>What trials differ in; one level for each trial in each.</summary>
    public IReadOnlyList<TrialFactor> Factors { get; init; } = [];

    /// <summary>[trials, T, K], float32: what is to be foretold in every bin, such as a velocity. It stays the caller's.</summary>
    public Tensor? Targets { get; init; }

    /// <summary>The facts of some of the trials.</summary>
    /// <param name="trials">Which, from 0, in the order wanted.</param>
    /// <returns>Its targets are new; the caller disposes them, or the dispose scope around.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such trial.</exception>
    public TrialFacts Of(IReadOnlyList<long> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        var count = Factors.Select(factor => (long)factor.Levels.Count).Append(Targets?.shape[0] ?? long.MaxValue).Min();
        foreach (var trial in trials)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(trial, nameof(trials));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(trial, count, nameof(trials));
        }

        return new TrialFacts
        {
            Factors = [.. Factors.Select(factor => factor with { Levels = [.. trials.Select(trial => factor.Levels[(int)trial])] })],
            Targets = Targets?.index_select(0, tensor(trials.ToArray(), device: Targets.device)),
        };
    }
}
