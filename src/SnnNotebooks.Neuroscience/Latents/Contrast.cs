using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Losses that pull the two views of a pair together.</summary>
public static class Contrast
{
    /// <summary>Swap-VAE's alignment, 2 - 2 cos, mean over pairs; there are no negatives.</summary>
    /// <param name="first">[B, D].</param>
    /// <param name="second">[B, D], the other views in the same order.</param>
    /// <returns>A scalar, 0 to 4.</returns>
    public static Tensor Alignment(Tensor first, Tensor second) => (2 - (2 * (Unit(first) * Unit(second)).sum([-1]))).mean();

    /// <summary>
    /// NT-Xent (T. Chen et al., "A simple framework for contrastive learning", 2020): each view must find its partner among all others of
    /// the batch by the cosine of their angle.
    /// </summary>
    /// <param name="first">[B, D].</param>
    /// <param name="second">[B, D], the other views in the same order.</param>
    /// <param name="temperature">What cosines are divided by.</param>
    /// <returns>A scalar, mean over the 2 B views.</returns>
    public static Tensor NtXent(Tensor first, Tensor second, double temperature)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var pairs = first.shape[0];
        var views = cat([Unit(first), Unit(second)]);
        var similarity = views.Product(views.t()) / temperature;
        using var self = eye(2 * pairs, dtype: ScalarType.Bool, device: first.device);
        using var partner = cat([arange(pairs, 2 * pairs, device: first.device), arange(0, pairs, device: first.device)]);
        return nn.functional.cross_entropy(similarity.masked_fill(self, double.NegativeInfinity), partner);
    }

    private static Tensor Unit(Tensor values) => nn.functional.normalize(values, p: 2, dim: -1);
}
