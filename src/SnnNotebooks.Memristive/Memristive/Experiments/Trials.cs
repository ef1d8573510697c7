using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using TorchSharp;

namespace SnnNotebooks.Memristive.Experiments;

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
    public static IReadOnlyList<TrialSummary> Run(IReadOnlyList<Trial> trials, VectorDataset train, VectorDataset test,
        IReadOnlyList<int> seeds, Action<TrialResult>? finished = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ArgumentNullException.ThrowIfNull(seeds);
        if (seeds.Count == 0)
        {
            throw new ArgumentException("There is no seed to run with.", nameof(seeds));
        }

        var results = new TrialResult[trials.Count * seeds.Count];
        var reporting = new Lock();
        var options = new ParallelOptions { MaxDegreeOfParallelism = torch.get_num_threads(), CancellationToken = cancellation };
        try
        {
            // one at a time: they take unequally long, and shares made beforehand leave threads idle at the end
            Parallel.ForEach(Partitioner.Create(Enumerable.Range(0, results.Length), EnumerablePartitionerOptions.NoBuffering),
                options, i =>
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
            ExceptionDispatchInfo.Throw(several.InnerException);
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
    public static (Trial Best, IReadOnlyList<TrialSummary> All) Choose(IReadOnlyList<Trial> candidates, VectorDataset train,
        VectorDataset heldOut, int seed, int passes, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        Trial[] asked = [.. candidates.Select(trial => trial with { Inference = Inference(trial, passes) })];
        var all = Run(asked, train, heldOut, [seed], cancellation: cancellation);
        var best = Enumerable.Range(0, all.Count).MaxBy(i => all[i].Mean(passes));
        return (candidates[best], all);
    }

    /// <summary>
    /// A trial's own way of being asked, else as in training: once and so many times where an answer is random, be it by the signals or
    /// by the read noise of devices, so that a high-precision system on noisy devices may be averaged as well.
    /// </summary>
    internal static InferenceOptions Inference(Trial trial, params int[] passes)
    {
        var options = trial.Inference ?? InferenceOptions.For(trial.Rule, [1, .. passes.Where(count => count > 1)]);
        return trial.Inference is null && trial.Network.Device is { ReadNoise: > 0 }
            ? options with { Passes = [1, .. passes.Where(count => count > 1)] }
            : options;
    }

    private static TrialResult Run(Trial trial, VectorDataset train, VectorDataset test, int seed, CancellationToken cancellation)
    {
        var network = new StochasticNetwork(trial.Network with { Seed = seed }, train.Height, train.Width, train.Channels);
        var epochs = new StochasticTrainer(trial.Rule, trial.Plan).Train(network, train, cancellation: cancellation);
        var accuracies = StochasticInference.Evaluate(network, test, Inference(trial, 5, 20), cancellation);
        return new TrialResult(trial, seed, accuracies, epochs);
    }
}
