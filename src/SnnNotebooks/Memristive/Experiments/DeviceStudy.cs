using SnnNotebooks.Memristive.Devices;

namespace SnnNotebooks.Memristive.Experiments;

/// <summary>The binary-stochastic and the high-precision system on the same devices: B5 and B6 of spec binary_stochastic.md, section 4.</summary>
public static class DeviceStudy
{
    /// <summary>B6's rule: 8-bit converters with a range that is wide enough, batches of 64, no momentum.</summary>
    public static LearningRule HighPrecision { get; } = LearningRule.HighPrecision with { Precision = new ColumnPrecision(), Update = new GradientUpdate(64, 0) };

    /// <summary>B5 with all its coincidences pulsed: right for linear devices.</summary>
    /// <param name="epochs">At least 1.</param>
    public static TrainingPlan Dense(int epochs) => new(epochs, Schedule.Constant(0.02));

    /// <summary>B5 with pulses thinned from 20 % to 0.2 %, against the drift of soft bounds to their middle. The biases' step falls with the share.</summary>
    /// <param name="epochs">At least 1.</param>
    public static TrainingPlan Thinned(int epochs) => new(epochs, new Schedule(0.0125, 0.000125)) { Density = new Schedule(0.2, 0.002) };

    /// <summary>B6's learning rate, 3 to 0.1.</summary>
    /// <param name="epochs">At least 1.</param>
    public static TrainingPlan HighPrecisionPlan(int epochs) => new(epochs, new Schedule(3, 0.1));

    /// <summary>B5 as single updates with dense and with thinned pulses: the candidates of its tuning.</summary>
    /// <param name="name">The device's name.</param>
    /// <param name="device">The device.</param>
    /// <param name="network">The layers.</param>
    /// <param name="epochs">At least 1.</param>
    public static IReadOnlyList<Trial> BinaryStochasticCandidates(string name, DeviceOptions device, NetworkOptions network, int epochs)
    {
        ArgumentNullException.ThrowIfNull(network);
        var layers = network with { Device = device };
        return
        [
            new($"B5, {name}, every pulse", LearningRule.BinaryStochastic, Dense(epochs), layers),
            new($"B5, {name}, thinned", LearningRule.BinaryStochastic, Thinned(epochs), layers),
            new($"B5, {name}, majority of 64", LearningRule.BinaryStochastic with { Update = new StepUpdate(64, 3) }, new TrainingPlan(epochs, new Schedule(0.02, 0.002)) { Density = new Schedule(0.2, 0.02) }, layers),
        ];
    }

    /// <summary>B6 with analog pulses, with the nearest number of whole ones, and with whole ones drawn at random: as many candidates.</summary>
    /// <param name="name">The device's name.</param>
    /// <param name="device">The device.</param>
    /// <param name="network">The layers.</param>
    /// <param name="epochs">At least 1.</param>
    public static IReadOnlyList<Trial> HighPrecisionCandidates(string name, DeviceOptions device, NetworkOptions network, int epochs)
    {
        ArgumentNullException.ThrowIfNull(network);
        return
        [
            .. new[] { (PulseProgramming.Analog, "analog pulses"), (PulseProgramming.Nearest, "nearest pulses"), (PulseProgramming.Stochastic, "pulses drawn") }.Select(way =>
                new Trial($"B6, {name}, {way.Item2}", HighPrecision, HighPrecisionPlan(epochs), network with { Device = device with { Programming = way.Item1 } })),
        ];
    }
}

/// <summary>Accuracy over two properties of a device.</summary>
/// <param name="Rows">Values of the first property.</param>
/// <param name="Columns">Values of the second.</param>
/// <param name="Accuracies">[rows, columns], shares.</param>
public sealed record RobustnessMap(IReadOnlyList<double> Rows, IReadOnlyList<double> Columns, double[,] Accuracies)
{
    /// <summary>Trains and tests a trial on each device of a grid.</summary>
    /// <param name="trial">The system; its device is varied.</param>
    /// <param name="rows">Values of the first property.</param>
    /// <param name="columns">Values of the second.</param>
    /// <param name="vary">Sets both in a device.</param>
    /// <param name="train">Training samples.</param>
    /// <param name="test">Samples it is tested with.</param>
    /// <param name="seed">Of all runs.</param>
    /// <param name="passes">Binary passes for one answer.</param>
    /// <param name="cancellation">Stops between two samples.</param>
    public static RobustnessMap Run(Trial trial, IReadOnlyList<double> rows, IReadOnlyList<double> columns, Func<DeviceOptions, double, double, DeviceOptions> vary, VectorDataset train, VectorDataset test, int seed, int passes, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(vary);
        var start = trial.Network.Device ?? new DeviceOptions();
        var inference = trial.Inference ?? InferenceOptions.For(trial.Rule, passes == 1 ? [1] : [1, passes]);
        Trial[] grid =
        [
            .. rows.SelectMany(row => columns.Select(column => trial with { Network = trial.Network with { Device = vary(start, row, column) }, Inference = inference })),
        ];
        var results = Trials.Run(grid, train, test, [seed], cancellation: cancellation);
        var accuracies = new double[rows.Count, columns.Count];
        for (var i = 0; i < grid.Length; i++)
        {
            accuracies[i / columns.Count, i % columns.Count] = results[i].Mean(passes);
        }

        return new RobustnessMap(rows, columns, accuracies);
    }
}

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
    /// <exception cref="ArgumentException">The layer has no memristors, or there are fewer than 2 bins.</exception>
    public static ConductanceHistory Train(StochasticNetwork network, LearningRule rule, TrainingPlan plan, VectorDataset data, int layer = 0, int bins = 40, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (layer < 0 || layer >= network.Layers.Count || bins < 2 || network.Layers[layer].Weights is not MemristorWeights weights)
        {
            throw new ArgumentException($"Layer {layer} with {bins} bins; expected a layer of memristors, 0 to {network.Layers.Count - 1}, and at least 2 bins.", nameof(layer));
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
