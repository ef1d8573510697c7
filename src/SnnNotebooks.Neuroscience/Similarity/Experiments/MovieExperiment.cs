using System.Globalization;
using System.Text;
using SnnNotebooks.Similarity.Features;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Experiments;

/// <summary>One score of an experiment with a movie.</summary>
/// <param name="Model">The network.</param>
/// <param name="Region">The region.</param>
/// <param name="Layer">The layer, fixed beforehand as the best on the intact movie.</param>
/// <param name="Parameter">Frames: of a clip, of the front part, or of a window.</param>
/// <param name="Level">Level of chaos of the shuffle (0 to about 1), share of frames replaced, or share of the movie that was used.</param>
/// <param name="Trial">Which draw, from 0.</param>
/// <param name="Score">The score, or why there is none.</param>
public sealed record MoviePoint(string Model, string Region, string Layer, int Parameter, double Level, int Trial, SimilarityScore Score);

/// <summary>
/// What a network's similarity to responses along a movie owes to the order of frames (arXiv:2306.01354, section 4): clips and front
/// parts, shuffled frames, replaced frames. The best layer of each region is fixed on the intact movie, and the first frame shown is
/// dropped for networks with a state (for others the movie's first frame).
/// </summary>
public sealed class MovieExperiment
{
    private readonly Func<Tensor, FeatureSet> see;
    private readonly Tensor frames;
    private readonly IReadOnlyList<(string Name, Tensor Responses)> regions;
    private readonly bool stateful;
    private readonly SimilarityMetric metric;
    private readonly int[] best;

    /// <summary>Shows the intact movie and finds each region's best layer.</summary>
    /// <param name="see">What a network answers to frames [F, C, H, W]; its features are disposed here.</param>
    /// <param name="stateful">Whether the network remembers earlier frames.</param>
    /// <param name="frames">The movie [F, C, H, W]; it must outlive the experiment.</param>
    /// <param name="regions">Name and responses [F, neurons] of each region; they, too, must outlive the experiment.</param>
    /// <param name="metric">TSRSA where none is given.</param>
    /// <exception cref="ArgumentException">Frames and responses do not fit, or a region has no layer with a score.</exception>
    public MovieExperiment(Func<Tensor, FeatureSet> see, bool stateful, Tensor frames,
        IReadOnlyList<(string Name, Tensor Responses)> regions, SimilarityMetric? metric = null)
    {
        ArgumentNullException.ThrowIfNull(see);
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(regions);
        (this.see, this.stateful, this.frames, this.regions) = (see, stateful, frames, regions);
        this.metric = metric ?? new Rsa("tsrsa");
        using var scope = NewDisposeScope();
        using var features = see(frames);
        using var later = Later(features);
        Intact = LayerRegionScores.Measure(this.metric, later, [.. regions.Select(region => (region.Name, region.Responses[1..]))]);
        best =
            [.. regions.Select(
                (
                    region, i) => Intact.BestLayer(i)
                        ?? throw new ArgumentException(
                            $"No layer of {features.Model} has a score in {region.Name}: {Intact.Scores[0][i].Undefined}.", nameof(
                                regions)))];
    }

    /// <summary>Scores of all layers on the intact movie, its first frame dropped.</summary>
    public LayerRegionScores Intact { get; }

    /// <summary>Clips: the network sees the whole movie, both sides are cut.</summary>
    /// <param name="lengths">Frames of the clips.</param>
    /// <param name="clips">How many of each length.</param>
    /// <returns>A point for each length and clip.</returns>
    public IReadOnlyList<MoviePoint> ClipLengths(IEnumerable<int> lengths, int clips = 10)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        using var features = see(frames);
        var points = new List<MoviePoint>();
        var count = (int)frames.shape[0] - 1;
        foreach (var length in lengths)
        {
            var starts = MovieFrames.ClipStarts(count, length, clips, new NumpyRandom(MovieFrames.Seed));
            for (var trial = 0; trial < starts.Length; trial++)
            {
                var rows = Enumerable.Range(1 + starts[trial], length).ToArray();
                points.AddRange(Points(features, rows, rows, length, (double)length / count, trial));
            }
        }

        return points;
    }

    /// <summary>Front parts: only the first frames are shown.</summary>
    /// <param name="lengths">How many frames.</param>
    /// <returns>A point for each length.</returns>
    public IReadOnlyList<MoviePoint> FrontLengths(IEnumerable<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(lengths);
        var points = new List<MoviePoint>();
        foreach (var length in lengths)
        {
            using var shown = frames[..length];
            using var features = see(shown);
            var rows = Enumerable.Range(1, length - 1).ToArray();
            points.AddRange(Points(features, rows, rows, length, (double)length / frames.shape[0], 0));
        }

        return points;
    }

    /// <summary>Frames are shuffled inside windows; the network sees the shuffled movie, and the neural rows follow its order.</summary>
    /// <param name="windows">Frames of a window.</param>
    /// <param name="trials">How many shuffles for each.</param>
    /// <returns>A point for each window and trial, with its level of chaos.</returns>
    public IReadOnlyList<MoviePoint> Shuffle(IEnumerable<int> windows, int trials = 10)
    {
        ArgumentNullException.ThrowIfNull(windows);
        var points = new List<MoviePoint>();
        var random = new NumpyRandom(MovieFrames.Seed);
        foreach (var window in windows)
        {
            for (var trial = 0; trial < trials; trial++)
            {
                var order = MovieFrames.ShuffleInWindows((int)frames.shape[0], window, random);
                using var index = tensor(Array.ConvertAll(order, frame => (long)frame));
                using var shown = frames.index_select(0, index);
                using var features = see(shown);
                int[] places = [.. Enumerable.Range(0, order.Length).Where(place => stateful ? place > 0 : order[place] != 0)];
                points.AddRange(
                    Points(features, places, [.. places.Select(place => order[place])], window, MovieFrames.Chaos(order), trial));
            }
        }

        return points;
    }

    /// <summary>One frame of every window is replaced by the same frame of another movie, such as noise.</summary>
    /// <param name="noise">[F, C, H, W].</param>
    /// <param name="windows">Frames of a window; the share of replaced frames is 1 / window.</param>
    /// <param name="trials">How many draws for each.</param>
    /// <returns>A point for each window and trial.</returns>
    /// <exception cref="ArgumentException">The noise has another shape than the movie.</exception>
    public IReadOnlyList<MoviePoint> Replace(Tensor noise, IEnumerable<int> windows, int trials = 10)
    {
        ArgumentNullException.ThrowIfNull(noise);
        ArgumentNullException.ThrowIfNull(windows);
        if (!noise.shape.SequenceEqual(frames.shape))
        {
            throw new ArgumentException(
                $"The noise is [{string.Join(", ", noise.shape)}]; expected a frame for each of the movie, "
                + $"[{string.Join(", ", frames.shape)}].", nameof(noise));
        }

        var points = new List<MoviePoint>();
        var random = new NumpyRandom(MovieFrames.Seed);
        var rows = Enumerable.Range(1, (int)frames.shape[0] - 1).ToArray();
        foreach (var window in windows)
        {
            for (var trial = 0; trial < trials; trial++)
            {
                using var scope = NewDisposeScope();
                var replaced = MovieFrames.OnePerWindow((int)frames.shape[0], window, random).Distinct()
                    .Select(frame => (long)frame).ToArray();
                var index = tensor(replaced);
                var shown = frames.index_copy(0, index, noise.index_select(0, index));
                using var features = see(shown);
                points.AddRange(Points(features, rows, rows, window, 1.0 / window, trial));
            }
        }

        return points;
    }

    /// <summary>Writes points as comma-separated text, and the settings beside it as JSON.</summary>
    /// <param name="path">The <c>.csv</c> file.</param>
    /// <param name="points">The points.</param>
    /// <param name="settings">How the numbers came about.</param>
    public static void Save(string path, IEnumerable<MoviePoint> points, IReadOnlyDictionary<string, string> settings)
    {
        ArgumentNullException.ThrowIfNull(points);
        var text = new StringBuilder("model,region,layer,parameter,level,trial,metric,score,undefined\n");
        foreach (var point in points)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"{Table.Quoted(point.Model)},{Table.Quoted(point.Region)},{Table.Quoted(point.Layer)},{point.Parameter},{point.Level},"
                + $"{point.Trial},{point.Score.Metric},{point.Score.Value},{Table.Quoted(point.Score.Undefined ?? string.Empty)}\n");
        }

        Table.Write(path, text.ToString(), settings);
    }

    private static FeatureSet Later(FeatureSet features) =>
        new(features.Model, features.Layers, features.Depth,
            [.. Enumerable.Range(0, features.Layers.Count)
                .Select(layer => new SelectedRows(features[layer], [.. Enumerable.Range(1, (int)features.Stimuli - 1)]))]);

    private IEnumerable<MoviePoint> Points(FeatureSet features, int[] modelRows, int[] neuralRows, int parameter, double level, int trial)
    {
        var index = Array.ConvertAll(neuralRows, row => (long)row);
        foreach (var layers in best.Select((layer, region) => (layer, region)).GroupBy(pair => pair.layer))
        {
            using var selected = new SelectedRows(features[layers.Key], modelRows);
            using var model = metric.RepresentModel(selected);
            foreach (var (_, region) in layers)
            {
                using var scope = NewDisposeScope();
                using var responses = ResponseMatrix.FromTensor(
                    regions[region].Responses.index_select(0, tensor(index)), regions[region].Name);
                using var neural = metric.RepresentNeural(responses);
                yield return new MoviePoint(features.Model, regions[region].Name, features.Layers[layers.Key].Path, parameter, level, trial,
                    metric.Compare(model, neural));
            }
        }
    }
}
