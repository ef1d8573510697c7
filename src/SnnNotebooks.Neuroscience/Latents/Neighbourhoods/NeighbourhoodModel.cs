using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// A layout of single bins in which neighbours stay neighbours. It is no map: trials of the fit have their places, other bins are put at
/// the weighted mean of their nearest, and expected counts are those of the nearest bins in the embedding. At most 50,000 bins are fitted.
/// </summary>
public abstract class NeighbourhoodModel : ILatentModel
{
    private readonly string method;
    private readonly int dimensions;
    private readonly Smoothing smoothing;
    private EmbeddedBins? bins;
    private int? neurons;

    private protected NeighbourhoodModel(string method, int dimensions, Smoothing? smoothing) =>
        (this.method, this.dimensions, this.smoothing) = (method, dimensions, smoothing ?? Smoothing.None);

    /// <inheritdoc/>
    public string Name => $"{method} {dimensions} ({smoothing.Name})";

    /// <inheritdoc/>
    public abstract string Citation { get; }

    /// <summary>Whom each bin must have beside it: there are more bins than that.</summary>
    private protected abstract int LeastNeighbours { get; }

    /// <inheritdoc/>
    public bool TakesTraces => true;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are more than 50,000 bins, fewer than neighbours, or all are the same.</exception>
    public void Fit(Tensor counts)
    {
        CountCheck.Floor(counts);
        FirstPlaces.Check(counts, LeastNeighbours, method);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        Dispose();
        var smooth = smoothing.Apply(counts);
        var layout = LaidOut(EmbeddedBins.Points(smooth));
        neurons = (int)counts.shape[2];
        bins = new EmbeddedBins(
            smooth, counts, tensor(layout.Places, [counts.shape[0] * counts.shape[1], dimensions], device: CPU), layout.Neighbours,
            layout.Weigh);
    }

    /// <inheritdoc/>
    public Tensor Embed(Tensor counts)
    {
        CountCheck.Embedding(counts, neurons);
        using var scope = NewDisposeScope();
        return bins!.Embed(smoothing.Apply(counts)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor counts)
    {
        using var latents = Embed(counts);
        return bins!.Read(latents);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        bins?.Dispose();
        (bins, neurons) = (null, null);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lays points out.</summary>
    /// <param name="points">[n, N], float64, on the CPU.</param>
    private protected abstract Layout LaidOut(Tensor points);

    /// <summary>Where points are, and how new ones are placed.</summary>
    /// <param name="Places">[n * dimensions].</param>
    /// <param name="Neighbours">Among how many a new bin is placed.</param>
    /// <param name="Weigh">Their weights from their distances, nearest first.</param>
    private protected sealed record Layout(double[] Places, int Neighbours, Func<double[], double[]> Weigh);
}
