using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Reduced-rank regression (T. Anderson 1951; A. Izenman 1975): Y from X through few dimensions.</summary>
internal static class ReducedRank
{
    private const double LeastShare = 1e-10; // of the largest eigenvalue: below, a dimension foretells nothing

    /// <summary>The best map of a rank: regression, and of what it foretells the principal components.</summary>
    /// <param name="gram">X'X with what regularises it, [N, N], float64.</param>
    /// <param name="cross">X'Y [N, K].</param>
    /// <param name="rank">At most so many dimensions; those that foretell nothing are left out, but for the first.</param>
    /// <param name="metric">[N, N]: in which what is foretold is measured; X'X plainly, the gram where the penalty is part of the
    /// loss.</param>
    /// <returns>Decoder [N, r] and encoder [K, r]: Y is X decoder encoder'.</returns>
    public static (Tensor Decoder, Tensor Encoder) Solve(Tensor gram, Tensor cross, int rank, Tensor metric)
    {
        using var scope = NewDisposeScope();
        var weights = linalg.solve(gram, cross);
        var (values, vectors) = linalg.eigh(weights.t().Product(metric).Product(weights));
        var size = values.shape[0];
        var sizes = values.Numbers<double>();
        var kept = Math.Max(1, Math.Min(rank, sizes.Count(value => value > LeastShare * sizes[^1])));
        var encoder = vectors.narrow(1, size - kept, kept).flip(1).contiguous();
        return (weights.Product(encoder).MoveToOuterDisposeScope(), encoder.MoveToOuterDisposeScope());
    }
}
