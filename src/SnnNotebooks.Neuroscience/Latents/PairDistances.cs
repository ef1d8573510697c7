using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Euclidean distances of points.</summary>
internal static class PairDistances
{
    /// <summary>
    /// By differences, also where libtorch would choose products: those lose the distances of points that lie far from the origin beside
    /// each other, and equal points would lie apart.
    /// </summary>
    /// <param name="points">[m, D], float64.</param>
    /// <param name="others">[n, D], float64.</param>
    /// <returns>[m, n].</returns>
    public static Tensor Between(Tensor points, Tensor others) => cdist(points, others, 2, compute_mode.donot_use_mm_for_euclid_dist);
}
