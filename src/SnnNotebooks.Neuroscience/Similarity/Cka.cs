using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>What the similarity of two stimuli is.</summary>
public enum CkaKernel
{
    /// <summary>Their inner product.</summary>
    Linear,

    /// <summary>exp(-d^2 / (2 sigma^2)), where sigma^2 is the median of the squared distances that are not zero.</summary>
    Rbf,
}

/// <summary>
/// Centred kernel alignment (S. Kornblith et al., ICML 2019): HSIC(K, L) / sqrt(HSIC(K, K) HSIC(L, L)) with
/// HSIC(K, L) = sum of (K H) times (L H)' element by element, H = I - 11'/S.
/// </summary>
/// <param name="kernel">What the similarity of two stimuli is.</param>
public sealed class Cka(CkaKernel kernel = CkaKernel.Linear) : SimilarityMetric(kernel == CkaKernel.Linear ? "cka" : "cka-rbf")
{
    /// <inheritdoc/>
    protected override Representation MakeModel(ResponseMatrix model, ResponseSummary summary) => Make(model);

    /// <inheritdoc/>
    protected override Representation MakeNeural(ResponseMatrix neural, ResponseSummary summary) => Make(neural);

    /// <inheritdoc/>
    protected override SimilarityScore CompareDefined(Representation model, Representation neural)
    {
        // tr(K H L H) = sum of (H K H) times L; both centred, which changes nothing and rounds less
        var (k, l) = (RowGram.Centred(model.Values), RowGram.Centred(neural.Values));
        return SimilarityScore.Of(
            Name, (k * l).sum().item<double>() / Math.Sqrt((k * k).sum().item<double>() * (l * l).sum().item<double>()));
    }

    private Representation Make(ResponseMatrix responses)
    {
        // kernels of differences do not change where every feature is centred, and then lose fewer digits
        var gram = RowGram.OfCentredColumnsScaled(responses);
        return new Representation(responses.Name, kernel == CkaKernel.Linear ? gram : Rbf(gram), pairwise: true);
    }

    private static Tensor Rbf(Tensor gram)
    {
        var distances = SquaredDistances.Of(gram);
        var sorted = distances.Numbers<double>().Where(distance => distance > 0).Order().ToArray();
        var median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return (distances / (-2 * median)).exp();
    }
}
