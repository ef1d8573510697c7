using SnnNotebooks.Memristive.Devices;

namespace SnnNotebooks.Memristive.Experiments;

/// <summary>
/// The binary-stochastic and the high-precision system on the same devices: B5 and B6 of spec binary_stochastic.md, section 4.
/// </summary>
public static class DeviceStudy
{
    /// <summary>B6's rule: 8-bit converters with a range that is wide enough, batches of 64, no momentum.</summary>
    public static LearningRule HighPrecision { get; } = LearningRule.HighPrecision with { Precision = new ColumnPrecision(),
        Update = new GradientUpdate(64, 0) };

    /// <summary>B5 with all its coincidences pulsed: right for linear devices.</summary>
    /// <param name="epochs">At least 1.</param>
    /// <returns>The plan.</returns>
    public static TrainingPlan Dense(int epochs) => new(epochs, Schedule.Constant(0.02));

    /// <summary>
    /// B5 with pulses thinned from 20 % to 0.2 %, against the drift of soft bounds to their middle. The biases' step falls with the share.
    /// </summary>
    /// <param name="epochs">At least 1.</param>
    /// <returns>The plan.</returns>
    public static TrainingPlan Thinned(int epochs) => new(epochs, new Schedule(0.0125, 0.000125)) { Density = new Schedule(0.2, 0.002) };

    /// <summary>B6's learning rate, 3 to 0.1.</summary>
    /// <param name="epochs">At least 1.</param>
    /// <returns>The plan.</returns>
    public static TrainingPlan HighPrecisionPlan(int epochs) => new(epochs, new Schedule(3, 0.1));

    /// <summary>B5 as single updates with dense and with thinned pulses: the candidates of its tuning.</summary>
    /// <param name="name">The device's name.</param>
    /// <param name="device">The device.</param>
    /// <param name="network">The layers.</param>
    /// <param name="epochs">At least 1.</param>
    /// <returns>The trials.</returns>
    public static IReadOnlyList<Trial> BinaryStochasticCandidates(string name, DeviceOptions device, NetworkOptions network, int epochs)
    {
        ArgumentNullException.ThrowIfNull(network);
        var layers = network with { Device = device };
        return
        [
            new($"B5, {name}, every pulse", LearningRule.BinaryStochastic, Dense(epochs), layers),
            new($"B5, {name}, thinned", LearningRule.BinaryStochastic, Thinned(epochs), layers),
            new($"B5, {name}, majority of 64", LearningRule.BinaryStochastic with { Update = new StepUpdate(64, 3) },
                new TrainingPlan(epochs, new Schedule(0.02, 0.002)) { Density = new Schedule(0.2, 0.02) }, layers),
        ];
    }

    /// <summary>
    /// B6 with analog pulses, with the nearest number of whole ones, and with whole ones drawn at random: as many candidates.
    /// </summary>
    /// <param name="name">The device's name.</param>
    /// <param name="device">The device.</param>
    /// <param name="network">The layers.</param>
    /// <param name="epochs">At least 1.</param>
    /// <returns>The trials, as many as there are of B5.</returns>
    public static IReadOnlyList<Trial> HighPrecisionCandidates(string name, DeviceOptions device, NetworkOptions network, int epochs)
    {
        ArgumentNullException.ThrowIfNull(network);
        return
        [
            .. new[] { (PulseProgramming.Analog, "analog pulses"), (PulseProgramming.Nearest, "nearest pulses"),
                (PulseProgramming.Stochastic, "pulses drawn") }.Select(way =>
                new Trial($"B6, {name}, {way.Item2}", HighPrecision, HighPrecisionPlan(epochs),
                    network with { Device = device with { Programming = way.Item1 } })),
        ];
    }
}
