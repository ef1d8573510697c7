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
        if (!double.IsFinite(Floor(counts)))
        {
            using var least = counts.min();
            throw new ArgumentException(
                $"A count is {least.item<float>()}; expected numbers of at least 0. (Continuous traces, such as dF/F, are for "
                + $"{string.Join(", ", LatentModels.TakeTraces)}.)", nameof(counts));
        }
    }

    /// <summary>Checks counts, or traces such as dF/F, before a fit by a model that takes either.</summary>
    /// <returns>What no expected value lies below: 0 of counts; minus infinity where numbers are negative.</returns>
    /// <exception cref="ArgumentException">They are not [trials, T, N], float32 and finite.</exception>
    public static double Floor(Tensor counts)
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
        return !float.IsFinite(least) || !float.IsFinite(most)
            ? throw new ArgumentException($"Counts lie between {least} and {most}; expected finite numbers.", nameof(counts))
            : least >= 0 ? 0 : double.NegativeInfinity;
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
