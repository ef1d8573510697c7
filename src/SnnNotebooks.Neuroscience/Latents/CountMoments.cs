using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// Mean, covariance and projections of many bins, some bins at a time: no second copy of a long recording is made, in float64 least of all.
/// </summary>
internal static class CountMoments
{
    private const long NumbersAtOnce = 1 << 21;
    private const long NeuronsAtOnce = 128;
    private const double LargestExact = 1 << 24; // float32 holds every whole number up to this

    /// <summary>
    /// Mean [N] and covariance [N, N] of all bins, float64; the covariance is divided by their number. Only half of the symmetric products
    /// is computed. Counts that are small whole numbers are multiplied in float32, in which no sum of so few of them is rounded; all others
    /// in float64, about the mean of the first bins.
    /// </summary>
    /// <param name="counts">[..., N].</param>
    public static (Tensor Mean, Tensor Covariance) Of(Tensor counts)
    {
        using var scope = NewDisposeScope();
        var rows = counts.reshape(-1, counts.shape[^1]);
        var (bins, neurons) = (rows.shape[0], rows.shape[1]);
        var exact = AreExact(rows);
        var sums = zeros(neurons, dtype: float64, device: rows.device);
        var products = zeros(neurons, neurons, dtype: float64, device: rows.device);
        var origin = exact ? zeros_like(sums) : Parts(rows).First().to(float64).mean([0]);
        foreach (var part in Parts(rows))
        {
            using var round = NewDisposeScope();
            var values = exact ? part : part.to(float64) - origin;
            sums.add_(values.sum([0]));
            for (var first = 0L; first < neurons; first += NeuronsAtOnce)
            {
                var (own, others) = (Math.Min(NeuronsAtOnce, neurons - first), neurons - first);
                products.narrow(0, first, own).narrow(1, first, others).add_(
                    values.narrow(1, first, own).t().Product(values.narrow(1, first, others)));
            }
        }

        var offset = sums.div_(bins);
        var covariance = (products.triu() + products.triu(1).t()).div_(bins).sub_(offset.unsqueeze(1) * offset);
        return ((origin + offset).MoveToOuterDisposeScope(), covariance.MoveToOuterDisposeScope());
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

    /// <summary>Whether all sums of products of one part are whole numbers that float32 holds, and are computed in float32.</summary>
    private static bool AreExact(Tensor rows)
    {
        if (rows.dtype != float32 || rows.device_type != DeviceType.CPU || Autocast.Type(DeviceType.CPU) is not null)
        {
            return false;
        }

        var most = Math.Sqrt(LargestExact / Height(rows));
        foreach (var part in Parts(rows))
        {
            using var round = NewDisposeScope();
            if (!(part.abs().max().item<float>() <= most && part.eq(part.trunc()).all().ToBoolean()))
            {
                return false;
            }
        }

        return true;
    }

    private static long Height(Tensor rows) => Math.Max(1, NumbersAtOnce / rows.shape[1]);

    private static IEnumerable<Tensor> Parts(Tensor rows)
    {
        var height = Height(rows);
        for (var start = 0L; start < rows.shape[0]; start += height)
        {
            yield return rows.narrow(0, start, Math.Min(height, rows.shape[0] - start));
        }
    }
}
