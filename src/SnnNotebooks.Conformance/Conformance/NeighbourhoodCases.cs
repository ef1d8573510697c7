using System.Text.Json;
using SnnNotebooks.Latents;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>t-SNE and UMAP against scikit-learn and umap-learn, on clusters that follow from a seed.</summary>
internal static class NeighbourhoodCases
{
    private const double Exact = 1e-9;
    private const double Searched = 2e-4; // both search widths until they are near enough, the packages partly in float32
    private const double Trust = 0.01; // by which an embedding may be less faithful: the descents differ
    private const double Fitted = 1e-3; // of a curve's constants: SciPy stops when the error falls no more

    /// <summary>Points [groups * each, dimensions] around centres, drawn as the script draws them.</summary>
    public static Tensor Points(JsonElement golden)
    {
        var random = new GeneratedNumbers(golden.GetProperty("seed").GetUInt32());
        var (groups, each, dimensions) = (Size(golden, "groups"), Size(golden, "each"), Size(golden, "dimensions"));
        var centres = golden.GetProperty("apart").GetDouble() * tensor(random.Take(groups, dimensions), [groups, dimensions]);
        var spread = tensor(random.Take((long)groups * each, dimensions), [(long)groups * each, dimensions]);
        return centres.repeat_interleave(each, 0) + spread;
    }

    public static IEnumerable<ConformanceResult> Tsne(JsonElement golden)
    {
        var (points, perplexity) = (Points(golden), golden.GetProperty("perplexity").GetDouble());
        var size = (int)points.shape[0];
        var count = Math.Min(size - 1, (int)(3 * perplexity) + 1);
        var joint = TsneAffinities.Of(ExactNeighbours.Among(points, count), perplexity);
        yield return Rows("t-SNE probabilities", golden, "joint", joint, value => size * value);
        yield return Rows("t-SNE probabilities squared", golden, "squares", joint, value => (double)size * size * value * value);
        var (places, gradient) = ((points.narrow(1, 0, 2) / 3).Numbers<double>(), new double[2 * size]);
        var divergence = new TsneDescent(new TsneOptions { Angle = 0 }, joint).Gradient(places, 1, gradient);
        yield return NumbersCompared.With($"t-SNE divergence, {Name(golden)}", golden.GetProperty("divergence"), [divergence], Searched);
        yield return NumbersCompared.With($"t-SNE gradient, {Name(golden)}", golden.GetProperty("gradient"), gradient, Searched / size);
    }

    public static IEnumerable<ConformanceResult> Umap(JsonElement golden)
    {
        var graph = UmapGraph.Of(ExactNeighbours.Among(Points(golden), Size(golden, "neighbours") - 1));
        yield return Rows("UMAP graph", golden, "sums", graph, value => value);
        yield return Rows("UMAP graph squared", golden, "squares", graph, value => value * value);
    }

    /// <summary>The packages' embeddings are not met point by point; they are no more faithful by more than a hundredth.</summary>
    public static IEnumerable<ConformanceResult> Embedding(JsonElement golden)
    {
        var points = Points(golden);
        yield return NumbersCompared.With($"trustworthiness of two coordinates, {Name(golden)}", golden.GetProperty("raw"),
            [Trustworthiness.Score(points, points.narrow(1, 0, 2))], Exact);
        var counts = (points - points.min()).to(float32).unsqueeze(0);
        using var tsne = new TsneModel(new TsneOptions { Perplexity = golden.GetProperty("perplexity").GetDouble() });
        tsne.Fit(counts);
        yield return Faithful("t-SNE", golden, "tsne", Trustworthiness.Score(points, tsne.Embed(counts)[0]));
        using var umap = new UmapModel(new UmapOptions { Neighbours = Size(golden, "neighbours") });
        umap.Fit(counts);
        yield return Faithful("UMAP", golden, "umap", Trustworthiness.Score(points, umap.Embed(counts)[0]));
    }

    public static ConformanceResult Curve(JsonElement golden)
    {
        var curve = UmapCurve.Fitted(golden.GetProperty("least").GetDouble(), golden.GetProperty("spread").GetDouble());
        return NumbersCompared.With($"UMAP curve, {Name(golden)}", golden.GetProperty("expected"), [curve.A, curve.B], Fitted);
    }

    private static ConformanceResult Faithful(string method, JsonElement golden, string field, double found)
    {
        var (name, published) = ($"trustworthiness of {method}, {Name(golden)}", golden.GetProperty(field).GetDouble());
        return found >= published - Trust
            ? ConformanceResult.Pass(name)
            : ConformanceResult.Fail(name, FormattableString.Invariant($"found {found:R}, the package reaches {published:R}"));
    }

    private static ConformanceResult Rows(
        string what, JsonElement golden, string field, NeighbourGraph graph, Func<double, double> of) => NumbersCompared.With(
        $"{what}, {Name(golden)}", golden.GetProperty(field), Enumerable.Range(0, graph.Starts.Length - 1)
            .Select(point => graph.Values[graph.Starts[point]..graph.Starts[point + 1]].Sum(of)), Searched);

    private static string Name(JsonElement golden) => golden.GetProperty("name").GetString()!;

    private static int Size(JsonElement golden, string name) => GeneratedNumbers.Size(golden, name);
}
