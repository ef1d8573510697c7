using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>
/// Singular vector canonical correlation analysis: both sides are reduced by a truncated SVD, and the score is the mean of all
/// their canonical correlations (M. Raghu et al., NeurIPS 2017; in the form of arXiv:2303.06060, section 4.1 of the specification). It is
/// undefined where S stimuli are fewer than p + q + 1 for p and q components: centred responses span p and q of the S - 1 directions there
/// are, so that p + q - (S - 1) correlations are 1 for any data whatever (A. Pezeshki, L. Scharf, M. Azimi-Sadjadi, M. Lundberg, Asilomar
/// 2004).
/// </summary>
/// <param name="components">Components that wider matrices are reduced to.</param>
/// <param name="keepNeural">Whether the neural side stays as it is (the macaque form).</param>
/// <param name="method">How the matrices are reduced.</param>
/// <param name="seed">Seed of the randomised reduction.</param>
public sealed class Svcca(int components = 40, bool keepNeural = false, ReductionMethod method = ReductionMethod.Exact,
    uint seed = SimilarityMetrics.Seed) : SimilarityMetric("svcca")
{
    private const double Relative = 1e-15; // below this share of the largest, an eigenvalue counts as zero

    private readonly int components = SimilarityMetrics.Positive(components);

    /// <inheritdoc/>
    protected override Representation MakeModel(ResponseMatrix model, ResponseSummary summary) =>
        new(model.Name, Reduction.Reduce(model, components, method, seed), pairwise: false);

    /// <inheritdoc/>
    protected override Representation MakeNeural(ResponseMatrix neural, ResponseSummary summary) =>
        new(neural.Name, keepNeural ? neural.ToTensor() : Reduction.Reduce(neural, components, method, seed), pairwise: false);

    /// <inheritdoc/>
    protected override SimilarityScore CompareDefined(Representation model, Representation neural)
    {
        var x = model.Values - model.Values.mean([0], keepdim: true);
        var y = neural.Values - neural.Values.mean([0], keepdim: true);
        var (xx, yy, xy) = (x.t().mm(x) / (model.Rows - 1), y.t().mm(y) / (model.Rows - 1), x.t().mm(y) / (model.Rows - 1));
        var (largestX, largestY) = (xx.abs().max(), yy.abs().max());
        var ((rootX, p), (rootY, q)) = (InverseRoot(xx / largestX), InverseRoot(yy / largestY));
        var whitened = rootX.mm(xy / (largestX * largestY).sqrt()).mm(rootY);
        if (!whitened.isfinite().all().item<bool>())
        {
            return SimilarityScore.None(Name, $"{model.Name} or {neural.Name} does not vary over these stimuli");
        }

        // rounding leaves a little in directions that centring took away
        var directions = Math.Min(model.Distinct, neural.Distinct) - 1;
        (p, q) = (Math.Min(p, directions), Math.Min(q, directions));
        if (p + q > directions)
        {
            return SimilarityScore.None(
                Name,
                $"{directions + 1} different stimuli are too few for {p} and {q} components: {p + q - directions} of the "
                + $"{Math.Min(p, q)} canonical correlations are 1 whatever the responses are. Take {p + q + 1} stimuli or more, or fewer "
                + "components");
        }

        var correlations = linalg.svdvals(whitened).Numbers<double>();
        return SimilarityScore.Of(Name, correlations.Average(), correlations);
    }

    /// <summary>The root of the pseudo-inverse of a covariance matrix, and its rank.</summary>
    private static (Tensor Root, int Rank) InverseRoot(Tensor covariance)
    {
        if (!covariance.isfinite().all().item<bool>())
        {
            return (covariance, 0);
        }

        var (values, vectors) = linalg.eigh(covariance);
        var size = values.abs();
        var counts = size > Relative * size.max();
        var roots = where(counts, size.rsqrt(), zeros_like(size));
        return ((vectors * roots).mm(vectors.t()), (int)counts.sum().item<long>());
    }
}
