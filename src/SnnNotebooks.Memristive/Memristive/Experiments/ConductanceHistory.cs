using SnnNotebooks.Memristive.Devices;

namespace SnnNotebooks.Memristive.Experiments;

/// <summary>How the conductances of one layer are distributed, epoch by epoch.</summary>
/// <param name="Edges">Borders of the bins, siemens.</param>
/// <param name="Shares">For each epoch, from the first weights on, the share of devices in each bin.</param>
public sealed record ConductanceHistory(IReadOnlyList<double> Edges, IReadOnlyList<IReadOnlyList<double>> Shares)
{
    /// <summary>Trains a network and counts the positive devices of a layer at first and after every epoch.</summary>
    /// <param name="network">A network of memristors; it is trained.</param>
    /// <param name="rule">The rule.</param>
    /// <param name="plan">How long and how fast.</param>
    /// <param name="data">The training samples.</param>
    /// <param name="layer">From 0.</param>
    /// <param name="bins">At least 2.</param>
    /// <param name="cancellation">Stops between two samples.</param>
    /// <returns>Shares of the devices by conductance, at first and after every epoch.</returns>
    /// <exception cref="ArgumentException">The layer has no memristors, or there are fewer than 2 bins.</exception>
    public static ConductanceHistory Train(StochasticNetwork network, LearningRule rule, TrainingPlan plan, VectorDataset data,
        int layer = 0, int bins = 40, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (layer < 0 || layer >= network.Layers.Count || bins < 2 || network.Layers[layer].Weights is not MemristorWeights weights)
        {
            throw new ArgumentException(
                $"Layer {layer} with {bins} bins; expected a layer of memristors, 0 to {network.Layers.Count - 1}, and at least 2 bins.",
                nameof(layer));
        }

        var (low, high) = (weights.Device.MinimumConductance, weights.Device.MaximumConductance);
        var shares = new List<IReadOnlyList<double>> { Count() };
        new StochasticTrainer(rule, plan).Train(network, data, _ => shares.Add(Count()), cancellation);
        return new ConductanceHistory([.. Enumerable.Range(0, bins + 1).Select(i => low + ((high - low) * i / bins))], shares);

        double[] Count()
        {
            var counts = new double[bins];
            foreach (var conductance in weights.Conductances(true))
            {
                counts[Math.Clamp((int)((conductance - low) / (high - low) * bins), 0, bins - 1)]++;
            }

            return [.. counts.Select(count => count / ((double)weights.Rows * weights.Columns))];
        }
    }
}
