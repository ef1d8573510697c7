namespace SnnNotebooks.Memristive.Experiments;

/// <summary>One way to train one network; run with several seeds.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Rule">Which ideas are on.</param>
/// <param name="Plan">How long and how fast.</param>
/// <param name="Network">Layers, neurons, devices; the seed is set by the run.</param>
public sealed record Trial(string Name, LearningRule Rule, TrainingPlan Plan, NetworkOptions Network)
{
    /// <summary>How the trained network is asked; null for passes as in training, 1, 5 and 20 of them where they are random.</summary>
    public InferenceOptions? Inference { get; init; }
}

/// <summary>What one run of a trial gave.</summary>
/// <param name="Trial">What was run.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Accuracies">On the samples it was tested with, after each number of passes.</param>
/// <param name="Epochs">Its training.</param>
public sealed record TrialResult(Trial Trial, int Seed, IReadOnlyList<PassAccuracy> Accuracies, IReadOnlyList<StochasticEpoch> Epochs)
{
    /// <summary>Accuracy after so many passes; of a system without chance the only one there is.</summary>
    /// <param name="passes">One of the numbers of passes it was asked for.</param>
    /// <returns>A share of right answers, in [0, 1].</returns>
    /// <exception cref="ArgumentException">It was not asked for so many.</exception>
    public double Accuracy(int passes) =>
        Accuracies is [var only] && only.Passes == 1
            ? only.Vote
            : Accuracies.FirstOrDefault(accuracy => accuracy.Passes == passes)?.Vote
                ?? throw new ArgumentException(
                    $"{Trial.Name} was asked for {string.Join(", ", Accuracies.Select(accuracy => accuracy.Passes))} passes, not for "
                    + $"{passes}.", nameof(passes));
}

/// <summary>The seeds of a trial together.</summary>
/// <param name="Name">The trial's name.</param>
/// <param name="Results">One for each seed.</param>
public sealed record TrialSummary(string Name, IReadOnlyList<TrialResult> Results)
{
    /// <summary>Mean accuracy over the seeds.</summary>
    /// <param name="passes">Binary passes for one answer.</param>
    /// <returns>A share of right answers, in [0, 1].</returns>
    public double Mean(int passes) => Spread(passes).Mean;

    /// <summary>Sample standard deviation over the seeds; NaN for one seed.</summary>
    /// <param name="passes">Binary passes for one answer.</param>
    /// <returns>At least 0, or NaN.</returns>
    public double Deviation(int passes) => Spread(passes).Deviation;

    /// <summary>Whether its answers are random, so that more passes are another answer.</summary>
    public bool IsRandom => Results[0].Accuracies.Count > 1;

    private SampleSpread Spread(int passes) => SampleSpread.Of(Results.Select(result => result.Accuracy(passes)));
}
