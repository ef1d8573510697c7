using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// t-SNE (L. van der Maaten and G. Hinton, JMLR 9, 2008; by Barnes and Hut's cells, van der Maaten 2014) of single bins: who is near stays
/// near; distances between groups mean nothing. It is no map: trials of the fit have their places, other bins are put at the mean of their
/// nearest, weighted as t-SNE weighs neighbours, and expected counts are those of the nearest bins in the embedding (both added here).
/// Begins at principal components, so nothing is drawn by chance. At most 50,000 bins.
/// </summary>
public sealed class TsneModel : NeighbourhoodModel
{
    private const double FirstSpread = 1e-4; // of the first axis

    private readonly TsneOptions options;

    /// <summary>Creates a model that has not been fitted.</summary>
    /// <param name="options">Sizes and descent.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public TsneModel(TsneOptions? options = null)
        : base("t-SNE", options?.Dimensions ?? new TsneOptions().Dimensions, options?.Smoothing)
    {
        this.options = options ?? new TsneOptions();
        if (this.options is not { Dimensions: >= 1 and <= 3, Perplexity: >= 1 and < 10_000, Exaggeration: > 0, Angle: >= 0 and <= 0.5,
            Iterations: >= 1, ExaggeratedIterations: >= 0, LearningRate: null or > 0 })
        {
            throw new ArgumentOutOfRangeException(nameof(options), this.options,
                "Expected 1 to 3 dimensions, a perplexity of 1 to below 10,000, an angle of 0 to 0.5, and positive numbers.");
        }
    }

    /// <inheritdoc/>
    public override string Citation => "L. van der Maaten and G. Hinton, JMLR 2008; new bins are put among their nearest";

    /// <summary>The divergence that the last descent reached; NaN before a fit.</summary>
    public double Divergence { get; private set; } = double.NaN;

    private protected override int LeastNeighbours => (int)Math.Ceiling(options.Perplexity);

    private protected override Layout LaidOut(Tensor points)
    {
        var neighbours = (int)Math.Min(points.shape[0] - 1, (int)(3 * options.Perplexity) + 1);
        var first = FirstPlaces.Of(points, options.Dimensions);
        var places = (first / first.select(1, 0).std(unbiased: false) * FirstSpread).Numbers<double>();
        var affinities = TsneAffinities.Of(ExactNeighbours.Among(points, neighbours), options.Perplexity);
        var descent = new TsneDescent(options, affinities);
        descent.Run(places);
        if (!Array.TrueForAll(places, double.IsFinite))
        {
            throw new LatentTrainingException("A place of t-SNE became infinite. Try a smaller learning rate.");
        }

        Divergence = descent.Gradient(places, 1, new double[places.Length]);
        var perplexity = Math.Min(options.Perplexity, neighbours);
        return new Layout(places, neighbours, distances => TsneAffinities.Conditional(distances, perplexity));
    }
}
