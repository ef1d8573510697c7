using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>
/// Cosine of two dissimilarity matrices, whitened by the covariance that distances of the same stimuli have
/// (J. Diedrichsen et al., 2021, arXiv:2007.02789), here for noise that is independent and alike in all stimuli. Distances are squared
/// Euclidean, per feature; unbiased where they come from two halves of the trials (<see cref="Unbiased"/>).
/// </summary>
public sealed class WhitenedCosine() : SimilarityMetric("wuc")
{
    /// <summary>
    /// Cross-validated squared distances d_ij = (a_i - a_j)(b_i - b_j)' / N of two independent measurements: noise does not raise
    /// them, and they may be negative.
    /// </summary>
    /// <param name="first">[S, N], for example the mean over half of the trials.</param>
    /// <param name="second">[S, N], the mean over the others.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <returns>What <see cref="SimilarityMetric.Compare"/> of this metric takes for the side that was measured with noise.</returns>
    /// <exception cref="ArgumentException">The shapes differ, or are not [S, N].</exception>
    public static Representation Unbiased(Tensor first, Tensor second, string name = "neural responses")
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.dim() != 2 || !first.shape.SequenceEqual(second.shape))
        {
            throw new ArgumentException(
                $"Two halves [stimuli, neurons] of the same shape are needed; these are [{string.Join(", ", first.shape)}] and "
                + $"[{string.Join(", ", second.shape)}].", nameof(second));
        }

        using var scope = NewDisposeScope();
        var (a, b) = (first.to(ScalarType.Float64), second.to(ScalarType.Float64));
        (a, b) = (a - a.mean([0], keepdim: true), b - b.mean([0], keepdim: true));
        var inner = a.mm(b.t());
        if (!inner.isfinite().all().item<bool>())
        {
            return new Representation(name, $"{name} hold numbers that are NaN or infinite");
        }

        var own = inner.diagonal();
        return new Representation(name, (own.unsqueeze(0) + own.unsqueeze(1) - inner - inner.t()) / first.shape[1], pairwise: true);
    }

    /// <inheritdoc/>
    protected override Representation MakeModel(ResponseMatrix model, ResponseSummary summary) => Make(model);

    /// <inheritdoc/>
    protected override Representation MakeNeural(ResponseMatrix neural, ResponseSummary summary) => Make(neural);

    /// <inheritdoc/>
    protected override SimilarityScore CompareDefined(Representation model, Representation neural)
    {
        var (a, b) = (model.Values, neural.Values);
        return SimilarityScore.Of(Name, Whitened(a, b) / Math.Sqrt(Whitened(a, a) * Whitened(b, b)));
    }

    private static Representation Make(ResponseMatrix responses) =>
        new(responses.Name, SquaredDistances.Of(RowGram.OfCentredColumns(responses)) / responses.Columns, pairwise: true);

    /// <summary>
    /// a' V^-1 b over the pairs, up to a factor. V = C C' squared element by element, C the contrasts of pairs, is 2 I + B B' with B
    /// saying which stimuli a pair has, so that its inverse needs only the row sums of the matrices (Woodbury).
    /// </summary>
    private static double Whitened(Tensor a, Tensor b)
    {
        double n = a.shape[0];
        var (rowsA, rowsB) = (a.sum([1]), b.sum([1]));
        var pairs = (a * b).sum().item<double>() / 2;
        var rows = rowsA.dot(rowsB).item<double>();
        var all = rowsA.sum().item<double>() * rowsB.sum().item<double>();
        return pairs - ((rows - (all / (2 * n))) / n);
    }
}
