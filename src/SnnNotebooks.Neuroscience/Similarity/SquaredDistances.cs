using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>Squared Euclidean distances of stimuli from their inner products.</summary>
internal static class SquaredDistances
{
    /// <summary>g_ii + g_jj - 2 g_ij, [S, S], exactly zero on the diagonal and where rounding is all there is.</summary>
    public static Tensor Of(Tensor gram)
    {
        using var scope = NewDisposeScope();
        var norms = gram.diagonal();
        var sums = norms.unsqueeze(0) + norms.unsqueeze(1);
        var distances = sums - (2 * gram);
        var clean = where(distances > 1e-14 * sums, distances, zeros_like(distances));
        clean.diagonal().zero_();
        return clean.MoveToOuterDisposeScope();
    }
}
