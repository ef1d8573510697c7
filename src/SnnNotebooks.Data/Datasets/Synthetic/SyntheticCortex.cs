using SnnNotebooks.Datasets.Neural;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>
/// A visual cortex with a known answer: six areas read the six stages of a <see cref="VisualHierarchy"/> of natural-looking stimuli, each
/// through neurons that mix its features with random weights, each with a tuning sharpness and a mean rate of its own. Spikes are Poisson
/// around rates that a slow internal state shared by the area moves up and down; responses to movies are integrated over time, longer in
/// higher areas. Some units do not respond to the stimulus and some are badly sorted, so that the usual filters have something to remove.
/// </summary>
public sealed record SyntheticCortex
{
    /// <summary>Seconds that a scene stays on the screen.</summary>
    public const double SceneDuration = 0.25;

    /// <summary>Frames per second of the movie.</summary>
    public const double FrameRate = 30;

    private const double LeadIn = 5;
    private const double InternalTimeConstant = 2; // seconds
    private const double InternalStrength = 0.2;
    private const double TransientGain = 1.5;
    private const double TransientTime = 0.04; // seconds

    /// <summary>
    /// The planted areas, from the bottom up; the order is that of the mouse's anatomical hierarchy (J. Harris et al. 2019).
    /// </summary>
    public static IReadOnlyList<CortexArea> Areas { get; } =
    [
        new("VISp", 0, 0.03, 0.04),
        new("VISrl", 1, 0.06, 0.05),
        new("VISl", 2, 0.1, 0.055),
        new("VISal", 3, 0.16, 0.06),
        new("VISpm", 4, 0.25, 0.065),
        new("VISam", 5, 0.4, 0.07),
    ];

    /// <summary>Units of each area, the bad ones included.</summary>
    public int UnitsPerArea { get; init; } = 50;

    /// <summary>Share of units that do not care what is shown.</summary>
    public double UnresponsiveShare { get; init; } = 0.15;

    /// <summary>Share of units that fail the usual quality filter.</summary>
    public double PoorQualityShare { get; init; } = 0.1;

    /// <summary>How many scenes.</summary>
    public int Scenes { get; init; } = 118;

    /// <summary>Presentations of every scene, and of the grey screen.</summary>
    public int SceneTrials { get; init; } = 50;

    /// <summary>Frames of the movie, 30 per second.</summary>
    public int MovieFrames { get; init; } = 900;

    /// <summary>How often the movie runs.</summary>
    public int MovieTrials { get; init; } = 20;

    /// <summary>Height and width of the stimuli in pixels, 64 to 512.</summary>
    public int ImageSize { get; init; } = 64;

    /// <summary>The median unit's mean rate in spikes per second.</summary>
    public double MedianRate { get; init; } = 6;

    /// <summary>The seed: stimuli, filters, neurons and spikes.</summary>
    public int Seed { get; init; }

    /// <summary>Generates stimuli and spikes.</summary>
    /// <returns>The session and the truth behind it; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public SyntheticCortexData Generate()
    {
        Validate();
        using var scope = NewDisposeScope();
        var scenes = NaturalStimuli.Scenes(Scenes, ImageSize, Seed);
        var movie = NaturalStimuli.Movie(MovieFrames, ImageSize, Seed);
        var hierarchy = new VisualHierarchy(Seed);
        var stages = hierarchy.Respond(cat([scenes, movie]));
        var (shown, afterScenes) = SceneTable();
        var (frames, _) = MovieTable(afterScenes + LeadIn);

        List<NeuralUnit> units = [];
        HashSet<long> unresponsive = [];
        Dictionary<string, (Tensor, Tensor)> rates = new(StringComparer.Ordinal);
        foreach (var area in Areas)
        {
            var neurons = Neurons(area);
            var tuned = Rates(area, stages[area.Level], neurons);
            rates.Add(area.Name, tuned);
            units.AddRange(Spikes(area, neurons, tuned, shown, frames));
            unresponsive.UnionWith(neurons.Where(neuron => !neuron.Responds).Select(neuron => neuron.Id));
        }

        return new SyntheticCortexData(
            scenes.MoveToOuterDisposeScope(),
            movie.MoveToOuterDisposeScope(),
            new NeuralSession($"synthetic-cortex-{Seed}", units, [shown, frames]),
            unresponsive,
            rates.ToDictionary(pair => pair.Key,
                pair => (pair.Value.Item1.MoveToOuterDisposeScope(), pair.Value.Item2.MoveToOuterDisposeScope()), StringComparer.Ordinal));
    }

    private (StimulusTable Table, double End) SceneTable()
    {
        var order = Enumerable.Range(0, (Scenes + 1) * SceneTrials).Select(row => (long)(row % (Scenes + 1)) - 1).ToArray();
        new SeededDraws(Seed, stream: 40).Shuffle(order.AsSpan());
        var starts = Enumerable.Range(0, order.Length).Select(row => LeadIn + (row * SceneDuration)).ToArray();
        return (new StimulusTable("natural_scenes_presentations", starts, Array.ConvertAll(starts, start => start + SceneDuration), order),
            LeadIn + (order.Length * SceneDuration));
    }

    private (StimulusTable Table, double End) MovieTable(double begin)
    {
        var rows = MovieFrames * MovieTrials;
        var starts = Enumerable.Range(0, rows).Select(row => begin + (row / FrameRate)).ToArray();
        var stops = Enumerable.Range(0, rows).Select(row => begin + ((row + 1) / FrameRate)).ToArray();
        return (new StimulusTable("natural_movie_one_presentations", starts, stops,
            [.. Enumerable.Range(0, rows).Select(row => (long)(row % MovieFrames))]), begin + (rows / FrameRate));
    }

    private Neuron[] Neurons(CortexArea area)
    {
        var draws = new SeededDraws(Seed, 50 + area.Level);
        var neurons = new Neuron[UnitsPerArea];
        for (var i = 0; i < neurons.Length; i++)
        {
            var responds = draws.Uniform() >= UnresponsiveShare;
            var poor = draws.Uniform() < PoorQualityShare;
            neurons[i] = new Neuron(
                (1000L * area.Level) + i,
                responds,
                Math.Clamp(MedianRate * Math.Exp(0.6 * draws.Normal()), MedianRate / 6, MedianRate * 5),
                draws.Uniform(0.6, 1.1),
                draws.Uniform(0.5, 1.5),
                Quality(draws, poor));
        }

        return neurons;
    }

    private static UnitQuality Quality(SeededDraws draws, bool poor)
    {
        var fault = poor ? draws.Below(3) : -1;
        return new UnitQuality(
            fault == 0 ? draws.Uniform(0.6, 3) : draws.Uniform(0, 0.45),
            fault == 1 ? draws.Uniform(0.12, 0.5) : draws.Uniform(0, 0.09),
            fault == 2 ? draws.Uniform(0.3, 0.88) : draws.Uniform(0.92, 1),
            "good");
    }

    /// <summary>Spikes per second: r exp(k z - k^2 / 2), z the neuron's standardised read-out of the stage.</summary>
    private (Tensor Scenes, Tensor Movie) Rates(CortexArea area, Tensor stage, Neuron[] neurons)
    {
        using var scope = NewDisposeScope();
        var readOut = stage.flatten(1).Product(Weights(area, stage[0].numel()));
        var drive = readOut.narrow(0, 0, Scenes);
        var watched = Integrated(readOut.narrow(0, Scenes, MovieFrames), area.TimeConstant);
        var sharpness = tensor(Array.ConvertAll(neurons, neuron => neuron.Responds ? (float)neuron.Sharpness : 0f));
        var mean = tensor(Array.ConvertAll(neurons, neuron => (float)neuron.MeanRate));
        Tensor Tuned(Tensor values)
        {
            var standard = ((values - values.mean([0], keepdim: true)) / (values.std(0, unbiased: false, keepdim: true) + 1e-6)).clamp(
                -3, 3);
            return (mean * exp((sharpness * standard) - (sharpness.square() / 2))).MoveToOuterDisposeScope();
        }

        return (Tuned(drive), Tuned(watched));
    }

    /// <summary>[features, N]: every neuron mixes the whole stage, so that a few dozen of them keep its geometry.</summary>
    private Tensor Weights(CortexArea area, long features)
    {
        var draws = new SeededDraws(Seed, 60 + area.Level);
        var weights = new float[features * UnitsPerArea];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)draws.Normal();
        }

        return tensor(weights, [features, UnitsPerArea]);
    }

    /// <summary>Leaky integration over frames, begun at the first frame's value.</summary>
    private static Tensor Integrated(Tensor drive, double timeConstant)
    {
        var kept = Math.Exp(-1 / (FrameRate * timeConstant));
        var (frames, width) = ((int)drive.shape[0], (int)drive.shape[1]);
        var values = drive.Numbers<float>();
        for (var i = width; i < frames * width; i++)
        {
            values[i] = (float)((kept * values[i - width]) + ((1 - kept) * values[i]));
        }

        return tensor(values, [frames, width]);
    }

    private NeuralUnit[] Spikes(
        CortexArea area, Neuron[] neurons, (Tensor Scenes, Tensor Movie) rates, StimulusTable shown, StimulusTable frames)
    {
        var (sceneRates, movieRates) = (rates.Scenes.Numbers<float>(), rates.Movie.Numbers<float>());
        var state = InternalState(area, frames.Stops.Span[^1] + 1);
        var evoked = new EvokedTimes(area.Latency);
        var units = new NeuralUnit[neurons.Length];
        Parallel.For(0, neurons.Length, i =>
        {
            var draws = new SeededDraws(Seed, 100_000 + (int)neurons[i].Id);
            List<double> times = [];
            double Gain(double time) => Math.Exp(
                (neurons[i].Loading * InternalStrength * state[(int)time]) - (Math.Pow(neurons[i].Loading * InternalStrength, 2) / 2));
            void Silent(double from, double to) => AddUniform(times, draws, from, to, neurons[i].MeanRate * Gain(from));

            Silent(0, shown.Starts.Span[0]);
            for (var row = 0; row < shown.Count; row++)
            {
                var (start, gain, scene) = (shown.Starts.Span[row], Gain(shown.Starts.Span[row]), shown.Frames.Span[row]);
                var rate = scene < 0 ? neurons[i].MeanRate : sceneRates[(scene * neurons.Length) + i];
                AddUniform(times, draws, start, start + area.Latency, neurons[i].MeanRate * gain);
                evoked.Add(times, draws, start, rate * gain);
            }

            Silent(shown.Stops.Span[^1], frames.Starts.Span[0]);
            for (var row = 0; row < frames.Count; row++)
            {
                var start = frames.Starts.Span[row];
                AddUniform(times, draws, start, frames.Stops.Span[row],
                    movieRates[(frames.Frames.Span[row] * neurons.Length) + i] * Gain(start));
            }

            var ordered = times.ToArray();
            Array.Sort(ordered);
            units[i] = new NeuralUnit(neurons[i].Id, area.Name, ordered, neurons[i].Quality);
        });
        return units;
    }

    /// <summary>The area's internal state, one standard normal number per second, that forgets itself within a few seconds.</summary>
    private double[] InternalState(CortexArea area, double seconds)
    {
        var draws = new SeededDraws(Seed, 70 + area.Level);
        var kept = Math.Exp(-1 / InternalTimeConstant);
        var state = new double[(int)Math.Ceiling(seconds) + 1];
        state[0] = draws.Normal();
        for (var second = 1; second < state.Length; second++)
        {
            state[second] = (kept * state[second - 1]) + (Math.Sqrt(1 - (kept * kept)) * draws.Normal());
        }

        return state;
    }

    private static void AddUniform(List<double> times, SeededDraws draws, double from, double to, double rate)
    {
        for (var count = draws.Poisson(rate * (to - from)); count > 0; count--)
        {
            times.Add(draws.Uniform(from, to));
        }
    }

    private void Validate()
    {
        if (UnitsPerArea is < 1 or > 1000 || Scenes < 2 || SceneTrials < 1 || MovieFrames < 2 || MovieTrials < 1
            || ImageSize is < 64 or > 512
            || !(MedianRate is > 0 and <= 100) || !(UnresponsiveShare is >= 0 and <= 1) || !(PoorQualityShare is >= 0 and <= 1))
        {
            throw new ArgumentException(
                $"{this} cannot be generated: expected 1 to 1000 units per area, at least 2 scenes and frames, at least one trial, "
                + "images of 64 to 512 pixels, a median rate of (0, 100] and shares of 0 to 1.");
        }
    }

    private sealed record Neuron(long Id, bool Responds, double MeanRate, double Sharpness, double Loading, UnitQuality Quality);

    /// <summary>
    /// Times of evoked spikes: a transient that decays to a plateau, from the latency to the end of the scene; its mean over that time is
    /// 1.
    /// </summary>
    private sealed class EvokedTimes
    {
        private const int Bins = 50;

        private readonly double latency;
        private readonly double[] cumulative = new double[Bins + 1];

        public EvokedTimes(double latency)
        {
            this.latency = latency;
            for (var bin = 0; bin < Bins; bin++)
            {
                cumulative[bin + 1] = cumulative[bin] + 1 + (TransientGain * Math.Exp(-(bin + 0.5) * Length / Bins / TransientTime));
            }
        }

        private double Length => SceneDuration - latency;

        public void Add(List<double> times, SeededDraws draws, double start, double rate)
        {
            for (var count = draws.Poisson(rate * Length); count > 0; count--)
            {
                var target = draws.Uniform() * cumulative[^1];
                var bin = Array.BinarySearch(cumulative, target);
                bin = Math.Min(bin < 0 ? ~bin - 1 : bin, Bins - 1);
                var inside = (target - cumulative[bin]) / (cumulative[bin + 1] - cumulative[bin]);
                times.Add(start + latency + ((bin + inside) * Length / Bins));
            }
        }
    }
}
