using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>
/// Scales gradients so that their joint norm is at most so much: the numbers of <c>torch.nn.utils.clip_grad_norm_</c>, which tells the host
/// the norm and makes it wait for a GPU.
/// </summary>
internal static class GradientClip
{
    private const double Least = 1e-6; // added to the norm, as PyTorch does

    /// <summary>Scales in place where the norm is larger.</summary>
    /// <param name="gradients">Of all parameters, on one device; null for one that has none.</param>
    /// <param name="most">The largest norm, above 0.</param>
    public static void Clip(IEnumerable<Tensor?> gradients, double most)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        Tensor[] all = [.. gradients.OfType<Tensor>()];
        if (all.Length == 0)
        {
            return;
        }

        var norms = Array.ConvertAll(all, gradient => gradient.norm());
        var norm = norms.Length == 1 ? norms[0] : stack(norms).norm();
        var factor = full_like(norm, most).div(norm + Least).clamp_max(1);
        foreach (var gradient in all)
        {
            gradient.mul_(factor);
        }
    }
}
