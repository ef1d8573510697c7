using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Refuses what no latent model can learn from.</summary>
internal static class CountCheck
{
    /// <summary>Checks counts before a fit.</summary>
    /// <exception cref="ArgumentException">They are not [trials, T, N], float32, finite and at least 0.</exception>
    public static void Training(Tensor counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (counts.dim() != 3 || counts.dtype != float32 || counts.numel() == 0)
        {
            throw new ArgumentException(
                $"Counts are {counts.dtype} [{string.Join(", ", counts.shape)}]; expected float32 [trials, T, "
                + "N] with at least one of each.", nameof(counts));
        }

        using var scope = NewDisposeScope();
        var (least, most) = (counts.min().item<float>(), counts.max().item<float>());
        if (!(least >= 0) || !float.IsFinite(most))
        {
            throw new ArgumentException($"Counts lie between {least} and {most}; expected finite numbers of at least 0.", nameof(counts));
        }
    }

    /// <summary>Checks counts before they are embedded.</summary>
    /// <exception cref="ArgumentException">They are not [trials, T, N] of the neurons of the fit.</exception>
    /// <exception cref="InvalidOperationException">There was no fit.</exception>
    public static void Embedding(Tensor counts, int? neurons)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (neurons is null)
        {
            throw new InvalidOperationException("The model has not been fitted; call Fit first.");
        }

        if (counts.dim() != 3 || counts.shape[2] != neurons || counts.dtype != float32)
        {
            throw new ArgumentException(
                $"Counts are {counts.dtype} [{string.Join(", ", counts.shape)}]; expected float32 [trials, T, {neurons}].", nameof(counts));
        }
    }
}
