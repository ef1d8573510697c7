using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>
/// Centred kernel alignment with the unbiased estimate of HSIC (L. Song et al., 2012, JMLR 13, equation 5), linear kernel: what Brain-Score
/// calls CKA. The plain one (<see cref="Cka"/>) is high for unrelated responses of many features to few stimuli; this one is zero on
/// average, and may be negative.
/// </summary>
public sealed class UnbiasedCka() : SimilarityMetric("cka-unbiased")
{
    private const int FewestRows = 4;

    /// <inheritdoc/>
    protected override Representation MakeModel(ResponseMatrix model, ResponseSummary summary) => Make(model);

    /// <inheritdoc/>
    protected override Representation MakeNeural(ResponseMatrix neural, ResponseSummary summary) => Make(neural);

    /// <inheritdoc/>
    protected override SimilarityScore CompareDefined(Representation model, Representation neural)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(neural);
        if (model.Rows < FewestRows)
        {
            return SimilarityScore.None(Name, $"{model.Rows} stimuli are too few; the unbiased estimate needs {FewestRows}");
        }

        var (k, l) = (model.Values, neural.Values);
        return SimilarityScore.Of(Name, Hsic(k, l) / Math.Sqrt(Hsic(k, k) * Hsic(l, l)));
    }

    private static Representation Make(ResponseMatrix responses)
    {
        // the estimate does not see the mean of a feature, and loses fewer digits without it
        var gram = RowGram.OfCentredColumnsScaled(responses);
        gram.diagonal().zero_();
        return new Representation(responses.Name, gram, pairwise: true);
    }

    /// <summary>S (S - 3) times the estimate, of kernels whose diagonal is zero.</summary>
    private static double Hsic(Tensor k, Tensor l)
    {
        double n = k.shape[0];
        var (rowsK, rowsL) = (k.sum([1]), l.sum([1]));
        return (k * l).sum().item<double>()
            + (rowsK.sum().item<double>() * rowsL.sum().item<double>() / ((n - 1) * (n - 2)))
            - (2 * rowsK.dot(rowsL).item<double>() / (n - 2));
    }
}
