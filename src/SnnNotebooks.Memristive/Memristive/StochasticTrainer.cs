using System.Diagnostics;

namespace SnnNotebooks.Memristive;

/// <summary>What one epoch did.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="OnlineAccuracy">Share of presentations that the training pass itself got right, before it learned from them.</param>
/// <param name="Learned">Share of presentations whose output error was not zero after binarization: the others move no weight.</param>
/// <param name="WeightSizes">Root mean square of the weights of each layer at its end.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record StochasticEpoch(int Epoch, double OnlineAccuracy, double Learned, IReadOnlyList<double> WeightSizes, double Seconds);

/// <summary>Teaches a network by a rule. A run depends on the seeds alone, not on the number of threads.</summary>
/// <param name="rule">Which of the three ideas are on.</param>
/// <param name="plan">How long and how fast.</param>
public sealed class StochasticTrainer(LearningRule rule, TrainingPlan plan)
{
    /// <summary>Teaches the network.</summary>
    /// <param name="network">Its weights are moved.</param>
    /// <param name="data">The training samples.</param>
    /// <param name="epochEnded">Called after each epoch, on the same thread; null for none.</param>
    /// <param name="cancellation">Stops between two samples.</param>
    /// <returns>All epochs.</returns>
    /// <exception cref="ArgumentException">The data do not fit the network, there are none, or a number of the rule or the plan is out of
    /// its range.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<StochasticEpoch> Train(
        StochasticNetwork network, VectorDataset data, Action<StochasticEpoch>? epochEnded = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        network.Require(data);
        rule.Validate();
        if (data.Count == 0 || plan.Epochs < 1 || plan.Density.First > 1 || plan.Density.Last > 1)
        {
            throw new ArgumentException(
                $"There are {data.Count} samples, {plan.Epochs} epochs and a density from {plan.Density.First} to {plan.Density.Last}; "
                + "expected at least 1 sample and 1 epoch, and a density of at most 1.");
        }

        var session = new TrainingSession(network, rule);
        var epochs = new List<StochasticEpoch>(plan.Epochs);
        var shuffled = new SampleOrder(network.Options.Seed, data.Count);
        var total = (double)plan.Epochs * data.Count;
        long presentation = 0;
        for (var epoch = 1; epoch <= plan.Epochs; epoch++)
        {
            var clock = Stopwatch.StartNew();
            var order = shuffled.Next();
            int right = 0, learned = 0;
            for (var i = 0; i < order.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var share = presentation / total;
                var (correct, moves) = session.Present(data.Row(order[i]), data.Label(order[i]), (ulong)presentation,
                    (float)plan.Rate.At(share), (float)plan.Density.At(share), i == order.Length - 1);
                right += correct ? 1 : 0;
                learned += moves ? 1 : 0;
                presentation++;
            }

            var result = new StochasticEpoch(epoch, (double)right / order.Length, (double)learned / order.Length,
                [.. network.Layers.Select(layer => layer.Weights.RootMeanSquare())], clock.Elapsed.TotalSeconds);
            epochs.Add(result);
            epochEnded?.Invoke(result);
        }

        return epochs;
    }
}
