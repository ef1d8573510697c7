using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// UMAP (L. McInnes, J. Healy and J. Melville 2018) of single bins: a fuzzy graph of neighbours, laid out so that those who are joined lie
/// near. It is no map: trials of the fit have their places, other bins are put at the mean of their nearest, weighted by membership (where
/// umap-learn's transform begins; it then moves them on), and expected counts are those of the nearest bins in the embedding (added here).
/// Neighbours are exact; it begins at principal components, not at the graph's spectrum. At most 50,000 bins.
/// </summary>
public sealed class UmapModel : NeighbourhoodModel
{
    private const double FirstWidth = 10; // of every axis at the start
    private const double Jitter = 1e-4; // so that equal bins part
    private const int FewBins = 10_000;
    private const int LongRun = 500;
    private const int ShortRun = 200;

    private readonly UmapOptions options;
    private readonly UmapCurve curve;

    /// <summary>Creates a model that has not been fitted.</summary>
    /// <param name="options">Sizes and descent.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public UmapModel(UmapOptions? options = null)
        : base("UMAP", options?.Dimensions ?? new UmapOptions().Dimensions, options?.Smoothing)
    {
        this.options = options ?? new UmapOptions();
        if (this.options is not { Dimensions: >= 1, Neighbours: >= 2, MinDistance: >= 0, Spread: > 0 and < double.PositiveInfinity,
            Iterations: null or >= 1, NegativeSamples: >= 0, LearningRate: > 0 } || this.options.MinDistance > this.options.Spread)
        {
            throw new ArgumentOutOfRangeException(nameof(options), this.options,
                "Expected at least 1 dimension and 2 neighbours, a least distance of 0 to the spread, and positive numbers.");
        }

        curve = UmapCurve.Fitted(this.options.MinDistance, this.options.Spread);
    }

    /// <inheritdoc/>
    public override string Citation =>
        "L. McInnes, J. Healy and J. Melville 2018; begins at principal components, new bins are put among their nearest";

    private protected override int LeastNeighbours => options.Neighbours;

    private protected override Layout LaidOut(Tensor points)
    {
        var total = points.shape[0];
        using var noise = new SeededNoise((ulong)options.Seed, CPU);
        var first = FirstPlaces.Of(points, options.Dimensions);
        first = (first * FirstWidth / first.abs().max()) + (Jitter * noise.Normal(first.shape).to(float64));
        var (low, high) = (first.amin([0]), first.amax([0]));
        var places = ((first - low) * FirstWidth / (high - low)).Numbers<double>();
        var neighbours = ExactNeighbours.Among(points, options.Neighbours - 1);
        new UmapDescent(options, curve).Run(
            places, UmapGraph.Of(neighbours), options.Iterations ?? (total <= FewBins ? LongRun : ShortRun));
        var mean = neighbours.Distances.Average();
        return new Layout(places, options.Neighbours - 1, distances => UmapGraph.Memberships(distances, mean));
    }
}
