namespace SnnNotebooks.Memristive.Experiments;

/// <summary>One way to train one network; run with several seeds.</summary>
/// <param name="Name">What to call it.</param>
/// <param name="Rule">Which ideas are on.</param>
/// <param name="Plan">How long and how fast.</param>
/// <param name="Network">Layers, neurons, devices; the seed is set by the run.</param>
public sealed record Trial(string Name, LearningRule Rule, TrainingPlan Plan, NetworkOptions Network)
{
    /// <summary>How the trained network is asked; null for passes as in training, 1, 5, 20 and 100 of them where they are random.</summary>
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
    /// <exception cref="ArgumentException">It was not asked for so many.</exception>
    public double Accuracy(int passes) =>
        Accuracies is [var only] && only.Passes == 1
            ? only.Vote
            : Accuracies.FirstOrDefault(accuracy => accuracy.Passes == passes)?.Vote
                ?? throw new ArgumentException($"{Trial.Name} was asked for {string.Join(", ", Accuracies.Select(accuracy => accuracy.Passes))} passes, not for {passes}.", nameof(passes));
}

/// <summary>The seeds of a trial together.</summary>
/// <param name="Name">The trial's name.</param>
/// <param name="Results">One for each seed.</param>
public sealed record TrialSummary(string Name, IReadOnlyList<TrialResult> Results)
{
    /// <summary>Mean accuracy over the seeds.</summary>
    /// <param name="passes">Binary passes for one answer.</param>
    public double Mean(int passes) => Results.Average(result => result.Accuracy(passes));

    /// <summary>Sample standard deviation over the seeds; NaN for one seed.</summary>
    /// <param name="passes">Binary passes for one answer.</param>
    public double Deviation(int passes)
    {
        var mean = Mean(passes);
        return Results.Count < 2 ? double.NaN : Math.Sqrt(Results.Sum(result => Math.Pow(result.Accuracy(passes) - mean, 2)) / (Results.Count - 1));
    }

    /// <summary>Whether its answers are random, so that more passes are another answer.</summary>
    public bool IsRandom => Results[0].Accuracies.Count > 1;
}

/// <summary>Runs trials.</summary>
public static class Trials
{
    /// <summary>
    /// Trains and tests each trial with each seed, as many at a time as TorchSharp uses threads. The results depend on the seeds alone.
    /// </summary>
    /// <param name="trials">What to run.</param>
    /// <param name="train">Training samples.</param>
    /// <param name="test">Samples it is tested with.</param>
    /// <param name="seeds">At least one.</param>
    /// <param name="finished">Called after each run, one at a time; null for none.</param>
    /// <param name="cancellation">Stops between two samples.</param>
    /// <returns>In the order of the trials.</returns>
    /// <exception cref="ArgumentException">There is no seed, or a trial does not fit the data.</exception>
    public static IReadOnlyList<TrialSummary> Run(IReadOnlyList<Trial> trials, VectorDataset train, VectorDataset test, IReadOnlyList<int> seeds, Action<TrialResult>? finished = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(seeds);
        if (seeds.Count == 0)
        {
            throw new ArgumentException("There is no seed to run with.", nameof(seeds));
        }

        var results = new TrialResult[trials.Count * seeds.Count];
        var reporting = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = TorchSharp.torch.get_num_threads(), CancellationToken = cancellation };
        try
        {
            Parallel.For(0, results.Length, options, i =>
            {
                var result = results[i] = Run(trials[i / seeds.Count], train, test, seeds[i % seeds.Count], cancellation);
                lock (reporting)
                {
                    finished?.Invoke(result);
                }
            });
        }
        catch (AggregateException several) when (several.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(several.InnerException);
        }

        return [.. trials.Select((trial, i) => new TrialSummary(trial.Name, results[(i * seeds.Count)..((i + 1) * seeds.Count)]))];
    }

    /// <summary>
    /// Of some variants the one that does best on held-out training samples, so that none is chosen by looking at the test set.
    /// </summary>
    /// <param name="candidates">The variants; each system that is compared gets as many.</param>
    /// <param name="train">Training samples without the held-out ones.</param>
    /// <param name="heldOut">Held-out training samples.</param>
    /// <param name="seed">Of the runs.</param>
    /// <param name="passes">Binary passes by which they are judged.</param>
    /// <param name="cancellation">Stops between two samples.</param>
    /// <returns>The best, and all of them as they did.</returns>
    public static (Trial Best, IReadOnlyList<TrialSummary> All) Choose(IReadOnlyList<Trial> candidates, VectorDataset train, VectorDataset heldOut, int seed, int passes, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        var all = Run(candidates, train, heldOut, [seed], cancellation: cancellation);
        var best = Enumerable.Range(0, all.Count).MaxBy(i => all[i].Mean(passes));
        return (candidates[best], all);
    }

    private static TrialResult Run(Trial trial, VectorDataset train, VectorDataset test, int seed, CancellationToken cancellation)
    {
        var network = new StochasticNetwork(trial.Network with { Seed = seed }, train.Height, train.Width, train.Channels);
        var epochs = new StochasticTrainer(trial.Rule, trial.Plan).Train(network, train, cancellation: cancellation);
        var accuracies = StochasticInference.Evaluate(network, test, trial.Inference ?? InferenceOptions.For(trial.Rule, 1, 5, 20, 100), cancellation);
        return new TrialResult(trial, seed, accuracies, epochs);
    }
}
