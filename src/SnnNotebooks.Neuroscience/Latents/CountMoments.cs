using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// Mean, covariance and projections of many bins, some bins at a time: no second copy of a long recording is made, in float64 least of all.
/// </summary>
internal static class CountMoments
{
    private const long NumbersAtOnce = 1 << 21;

    /// <summary>Mean [N] and covariance [N, N] of all bins, float64; the covariance is divided by their number.</summary>
    /// <param name="counts">[..., N].</param>
    public static (Tensor Mean, Tensor Covariance) Of(Tensor counts)
    {
        using var scope = NewDisposeScope();
        var rows = counts.reshape(-1, counts.shape[^1]);
        var mean = zeros(rows.shape[1], dtype: float64, device: rows.device);
        foreach (var part in Parts(rows))
        {
            using var exact = part.to(float64);
            using var sum = exact.sum([0]); // sum(0) would be a sum of all numbers, as bytes
            mean.add_(sum);
        }

        mean.div_(rows.shape[0]);
        var covariance = zeros(rows.shape[1], rows.shape[1], dtype: float64, device: rows.device);
        foreach (var part in Parts(rows))
        {
            using var round = NewDisposeScope();
            var centred = part.to(float64) - mean;
            covariance.add_(centred.t().Product(centred));
        }

        covariance.div_(rows.shape[0]);
        return (mean.MoveToOuterDisposeScope(), covariance.MoveToOuterDisposeScope());
    }

    /// <summary>(counts - mean) axes.</summary>
    /// <param name="counts">[..., N].</param>
    /// <param name="mean">[N].</param>
    /// <param name="axes">[N, D].</param>
    /// <returns>[..., D]; the caller disposes it.</returns>
    public static Tensor Project(Tensor counts, Tensor mean, Tensor axes)
    {
        using var scope = NewDisposeScope();
        var rows = counts.reshape(-1, counts.shape[^1]);
        List<Tensor> parts = [];
        foreach (var part in Parts(rows))
        {
            using var centred = part - mean;
            parts.Add(centred.Product(axes));
        }

        return cat(parts, 0).view([.. counts.shape[..^1], axes.shape[1]]).MoveToOuterDisposeScope();
    }

    private static IEnumerable<Tensor> Parts(Tensor rows)
    {
        var height = Math.Max(1, NumbersAtOnce / rows.shape[1]);
        for (var start = 0L; start < rows.shape[0]; start += height)
        {
            yield return rows.narrow(0, start, Math.Min(height, rows.shape[0] - start));
        }
    }
}
