using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Energy;
using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Memristive.Experiments;
using SnnNotebooks.NeuroBench;
using SnnNotebooks.Neurons;
using SnnNotebooks.Similarity;
using SnnNotebooks.Similarity.Experiments;
using SnnNotebooks.Similarity.Rdms;
using SnnNotebooks.Surrogates;
using SnnNotebooks.Training;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive;

/// <summary>One call from an object of the kit to its picture; end a cell with it.</summary>
public static class ShowExtensions
{
    /// <summary>A tensor at one glance.</summary>
    /// <param name="tensor">Any shape, any type; of complex, sparse and meta tensors only shape and type are shown.</param>
    /// <param name="axes">Names of its axes, or none.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">There are names, but not one for each axis; or the tensor has been disposed.</exception>
    public static TensorView Show(this Tensor tensor, params string[] axes) => new(tensor, axes);

    /// <summary>NeuroBench's metrics of networks side by side, one column each.</summary>
    /// <param name="reports">Names and measures.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">There is no report.</exception>
    public static TableView Show(this IReadOnlyList<(string Name, NeuroBenchReport Report)> reports) => NeuroBenchTable.Of(reports);

    /// <summary>What each model of energy makes of networks that were run, with their ranks.</summary>
    /// <param name="runs">Names and runs.</param>
    /// <param name="models">The models; all of the kit where none are given.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">There is no run.</exception>
    public static TableView Show(
        this IReadOnlyList<(string Name, EnergyRun Run)> runs, IReadOnlyList<IEnergyModel>? models = null) =>
        EnergyModelTable.Of(runs, models);

    /// <summary>What models of energy took for granted.</summary>
    /// <param name="estimates">Their estimates of a run.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static TableView ShowAssumptions(this IReadOnlyList<EnergyEstimate> estimates) => EnergyModelTable.Assumptions(estimates);

    /// <summary>Spikes as a raster.</summary>
    /// <param name="spikes">[T, N] or [T, ...].</param>
    /// <param name="title">A line above it.</param>
    /// <param name="batch">Which sample of [T, B, ...] is shown, from 0; null where there is no batch axis.</param>
    /// <param name="order">How the neurons are ordered, in each group.</param>
    /// <param name="groups">The group of each neuron; null for none.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">The tensor has no axes, or no element; or there is a batch, but no batch axis; or there are not
    /// as many group names as neurons.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public static RasterView ShowRaster(this Tensor spikes, string title = "Spikes", int? batch = null,
        RasterOrder order = RasterOrder.Index, IReadOnlyList<string>? groups = null) =>
        new(spikes, title, batch, order, groups);

    /// <summary>Intervals between a neuron's spikes, as a histogram over all neurons.</summary>
    /// <param name="spikes">[T, ...].</param>
    /// <param name="title">A line above it.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">The tensor has no axes.</exception>
    public static IntervalView ShowIntervals(this Tensor spikes, string title = "Intervals between spikes") => new(spikes, title);

    /// <summary>Intervals between a unit's spikes, as a histogram over all units.</summary>
    /// <param name="units">The units.</param>
    /// <param name="title">A line above it.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static IntervalView ShowIntervals(this IReadOnlyList<NeuralUnit> units, string title = "Intervals between spikes") =>
        new(units, title);

    /// <summary>One unit's rate around an event, by condition.</summary>
    /// <param name="conditions">A histogram for each condition.</param>
    /// <param name="unit">Which of their units, from 0.</param>
    /// <param name="title">A line above it.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">There is no condition.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A histogram has no such unit.</exception>
    public static PsthView Show(this IReadOnlyList<(string Name, Psth Histogram)> conditions, int unit = 0,
        string title = "Rate around the event") => new(conditions, unit, title);

    /// <summary>Images side by side.</summary>
    /// <param name="images">[N, C, H, W] with C of 1 or 3, or [N, H, W].</param>
    /// <param name="captions">A caption for each, or none.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    public static ImageGridView ShowImages(this Tensor images, IReadOnlyList<string>? captions = null) => new(images, captions);

    /// <summary>One neuron over time.</summary>
    /// <param name="trace">What happened.</param>
    /// <param name="title">A line above the figure.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static TraceView Show(this NeuronTrace trace, string title = "One neuron") => new(trace, title);

    /// <summary>Training curves.</summary>
    /// <param name="history">The finished epochs.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static TrainingCurveView Show(this TrainingHistory history) => new(history);

    /// <summary>A confusion matrix.</summary>
    /// <param name="confusion">The counts.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static ConfusionMatrixView Show(this ConfusionMatrix confusion) => new(confusion);

    /// <summary>A neuron's phase portrait.</summary>
    /// <param name="portrait">The portrait.</param>
    /// <param name="title">A line above it.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static PhasePortraitView Show(this PhasePortrait portrait, string title = "Phase portrait") => new(portrait, title);

    /// <summary>Surrogates side by side.</summary>
    /// <param name="surrogates">What to draw.</param>
    /// <param name="range">From minus this to this, above 0.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">There is none, or the range is not above 0.</exception>
    public static SurrogateView Show(this IReadOnlyList<Surrogate> surrogates, double range = 2.0) => new(surrogates, range);

    /// <summary>Latent trajectories in three dimensions.</summary>
    /// <param name="latents">[trials, T, D].</param>
    /// <param name="title">A line above them.</param>
    /// <param name="conditions">A name per trial, which gives its colour; coloured by time where null.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">The shape is another, a number is not finite, or there is not one condition per
    /// trial.</exception>
    public static TrajectoryView ShowTrajectories(this Tensor latents, string title = "Latent trajectories",
        IReadOnlyList<string>? conditions = null) => new(latents, title, conditions);

    /// <summary>The table that ends a paper's notebook: published, this run, scale, why they differ.</summary>
    /// <param name="results">Its lines.</param>
    /// <param name="title">A line above it.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static TableView Show(this IReadOnlyList<ReproducedResult> results, string title = "Published and this run")
    {
        var scale = Parameters.Scale.ToString().ToLowerInvariant();
        return new(
            title,
            ["quantity", "published", "this run", "scale", "why they differ"],
            [.. results.Select(
                result =>
                    (IReadOnlyList<string>)[result.Quantity, result.Published, result.ThisRun ?? "not measured", scale, result.Why])]);
    }

    /// <summary>Accuracies of trials side by side.</summary>
    /// <param name="trials">The trials, with their seeds.</param>
    /// <param name="title">A line above it.</param>
    /// <param name="passes">Numbers of binary passes to show.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static TrialsView Show(this IReadOnlyList<TrialSummary> trials, string title, params int[] passes) => new(trials, passes, title);

    /// <summary>Maps of accuracy over two properties of a device, side by side.</summary>
    /// <param name="maps">All of one grid.</param>
    /// <param name="rowLabel">The property that goes downwards.</param>
    /// <param name="columnLabel">The property that goes to the right.</param>
    /// <param name="title">A line above it.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">There is no map, or two are of different grids.</exception>
    public static RobustnessMapView Show(this IReadOnlyList<(string Name, RobustnessMap Map)> maps, string rowLabel, string columnLabel,
        string title = "Robustness") => new(maps, rowLabel, columnLabel, title);

    /// <summary>How conductances spread in training.</summary>
    /// <param name="history">The shares.</param>
    /// <param name="title">A line above it.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static ConductanceHistoryView Show(this ConductanceHistory history, string title = "Conductances in training") =>
        new(history, title);

    /// <summary>A recording of events at one glance.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="title">A line above it.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static EventView Show(this EventRecording events, string title = "Events") => new(events, title);

    /// <summary>A sample of at most 5,000 events as points in time and space.</summary>
    /// <param name="events">The recording.</param>
    /// <param name="title">A line above it.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static EventCloudView ShowCloud(this EventRecording events, string title = "Events in time and space") => new(events, title);

    /// <summary>Event frames as a film.</summary>
    /// <param name="frames">[T, 2, H, W], OFF and ON.</param>
    /// <param name="title">A line above it.</param>
    /// <param name="framesPerSecond">How fast it plays, above 0.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">The shape is another, or a length is 0.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="framesPerSecond"/> is not above 0.</exception>
    public static FramePlayerView ShowFilm(this Tensor frames, string title = "Event frames", double framesPerSecond = 10) =>
        new(frames, title, framesPerSecond);

    /// <summary>Maps from time step to time step, with a slider; see <see cref="MapsOverTimeView"/>.</summary>
    /// <param name="maps">[T, H, W] or [T, ..., H, W].</param>
    /// <param name="title">A line above them.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">The shape is another.</exception>
    public static MapsOverTimeView ShowOverTime(this Tensor maps, string title = "Maps over time") => new(maps, title);

    /// <summary>
    /// A layer's feature maps over time. The network is run once in evaluation mode, without gradients; its mode is restored, its state
    /// reset.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="input">An input as the network takes it.</param>
    /// <param name="layer">The layer's path, for example <c>stage1.0.conv1</c>; <see cref="ShowSummary"/> shows them all. Its output must
    /// be [T, B, C, H, W] or tokens [T, B, N, C].</param>
    /// <param name="sample">Which of the batch, from 0.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">There is no such layer, or its output has other axes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public static MapsOverTimeView ShowFeatureMaps(this nn.Module<Tensor, Tensor> network, Tensor input, string layer, int sample = 0)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(input);
        using var maps = LayerMaps.Features(network, input, layer, sample);
        return new(maps, $"Feature maps of {layer}");
    }

    /// <summary>
    /// An attention's maps over time: how many spikes query i and key j of a head share (Q K', before scaling) for self-attention, and for
    /// Q-K attention the tokens or channels it lets through.
    /// </summary>
    /// <param name="network">The network; treated as by <see cref="ShowFeatureMaps"/>.</param>
    /// <param name="input">An input as the network takes it.</param>
    /// <param name="layer">The path of the attention.</param>
    /// <param name="sample">Which of the batch, from 0.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">There is no such layer, or it is no attention.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public static MapsOverTimeView ShowAttention(this nn.Module<Tensor, Tensor> network, Tensor input, string layer, int sample = 0)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(input);
        using var maps = LayerMaps.Attention(network, input, layer, sample);
        return new(maps, $"Attention of {layer}");
    }

    /// <summary>Tuning curves with standard errors; see <see cref="TuningCurve.Of"/>.</summary>
    /// <param name="curves">One for each unit.</param>
    /// <param name="stimulus">What the stimulus is and its unit.</param>
    /// <param name="response">What the response is and its unit.</param>
    /// <param name="title">A line above the figure.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">There is no curve.</exception>
    public static TuningCurveView Show(this IReadOnlyList<TuningCurve> curves, string stimulus = "stimulus", string response = "response",
        string title = "Tuning") => new(curves, stimulus, response, title);

    /// <summary>What was recorded and what a model made of it, over each other.</summary>
    /// <param name="reconstruction">[T] or [T, D].</param>
    /// <param name="truth">Of the same shape.</param>
    /// <param name="title">A line above the figure.</param>
    /// <param name="names">A name for each channel; null for numbers.</param>
    /// <param name="time">What a step is and its unit.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">The shapes differ or are others, or there is not one name for each channel.</exception>
    public static ReconstructionView ShowAgainst(this Tensor reconstruction, Tensor truth, string title = "Recorded and reconstructed",
        IReadOnlyList<string>? names = null, string time = "time step") =>
        new(truth, reconstruction, title, names, time);

    /// <summary>A network as a tree of its modules.</summary>
    /// <param name="network">The network.</param>
    /// <param name="sample">An input to run it on, for output shapes, firing rates and synaptic operations; null to run nothing.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">There is a sample, but the network does not map one tensor to one.</exception>
    public static NetworkSummaryView ShowSummary(this nn.Module network, Tensor? sample = null) => new(network, sample);

    /// <summary>Histograms of a network's parameters and of their gradients.</summary>
    /// <param name="network">The network; its gradients are those of its last backward pass.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static ParameterHistogramView ShowParameters(this nn.Module network) => new(network);

    /// <summary>Dissimilarity matrices side by side.</summary>
    /// <param name="matrices">Pairwise representations of the same stimuli, for example of <see cref="Rsa"/>.</param>
    /// <param name="title">A line above them.</param>
    /// <param name="categories">The category of each stimulus, by which they are sorted; null for none.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">There is none, or they do not belong together.</exception>
    public static DissimilarityView Show(this IReadOnlyList<(string Name, Representation Matrix)> matrices,
        string title = "Dissimilarity of stimuli", IReadOnlyList<string>? categories = null) => new(matrices, title, categories);

    /// <summary>A map of scores, layer by layer and region by region.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="title">A line above it.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static ScoreMapView Show(this LayerRegionScores scores, string title = "Layers against regions") => new(scores, title);

    /// <summary>How deep the best layers lie.</summary>
    /// <param name="networks">Scores against the same regions.</param>
    /// <param name="title">A line above it.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static BestDepthView ShowBestDepths(this IReadOnlyList<LayerRegionScores> networks, string title = "Depth of the best layer") =>
        new(networks, title);

    /// <summary>Scores of models as bars, with noise ceiling and tests.</summary>
    /// <param name="scores">Of <see cref="RdmEvaluation"/>.</param>
    /// <param name="title">A line above it.</param>
    /// <param name="tests">How the level is kept over pairs of models.</param>
    /// <param name="level">The level, above 0 and below 1.</param>
    /// <returns>The view, which a cell shows.</returns>
    public static RdmScoresView Show(this RdmScores scores, string title = "Models against subjects",
        MultipleTests tests = MultipleTests.FalseDiscoveryRate, double level = 0.01) => new(scores, title, tests, level);
}
