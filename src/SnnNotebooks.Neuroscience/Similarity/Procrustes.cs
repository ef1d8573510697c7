using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>
/// Similarity of shapes: centred responses, scaled to length 1, are rotated onto each other; the score is the cosine
/// |X'Y|_* / (|X| |Y|) between them (A. Williams et al., NeurIPS 2021). 1 where one is a rotation of the other.
/// </summary>
public sealed class Procrustes() : SimilarityMetric("procrustes")
{
    /// <inheritdoc/>
    protected override Representation MakeModel(ResponseMatrix model, ResponseSummary summary) => Make(model);

    /// <inheritdoc/>
    protected override Representation MakeNeural(ResponseMatrix neural, ResponseSummary summary) => Make(neural);

    /// <inheritdoc/>
    protected override SimilarityScore CompareDefined(Representation model, Representation neural)
    {
        var x = model.Values - model.Values.mean([0], keepdim: true);
        var y = neural.Values - neural.Values.mean([0], keepdim: true);
        return SimilarityScore.Of(
            Name, linalg.svdvals(x.t().mm(y)).sum().item<double>() / (x.norm().item<double>() * y.norm().item<double>()));
    }

    // rotations do not matter, so a factor of the inner products stands for the responses
    private static Representation Make(ResponseMatrix responses) =>
        new(responses.Name, Reduction.Factor(responses, centred: true), pairwise: false);
}
