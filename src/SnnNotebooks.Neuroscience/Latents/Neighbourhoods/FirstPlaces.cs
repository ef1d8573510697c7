using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Where points of an embedding begin: at their principal components, so that it is the same in every run.</summary>
internal static class FirstPlaces
{
    /// <summary>[n, D] scores; the largest weight of an axis is positive.</summary>
    /// <param name="points">[n, N], float64.</param>
    /// <param name="dimensions">D; where N is less, the others are 0.</param>
    /// <exception cref="ArgumentException">All points are the same.</exception>
    public static Tensor Of(Tensor points, int dimensions)
    {
        using var scope = NewDisposeScope();
        var centred = points - points.mean([0]);
        var kept = (int)Math.Min(dimensions, points.shape[1]);
        var (values, vectors) = linalg.eigh(centred.t().Product(centred));
        if (!(values[-1].ToDouble() > 0))
        {
            throw new ArgumentException("All bins are the same; there is nothing to embed.", nameof(points));
        }

        var axes = vectors.narrow(1, vectors.shape[1] - kept, kept).flip(1);
        axes = axes * axes.gather(0, axes.abs().argmax(0, keepdim: true)).sign();
        var scores = centred.Product(axes);
        return (kept < dimensions
            ? cat([scores, zeros(points.shape[0], dimensions - kept, dtype: float64, device: CPU)], 1)
            : scores).MoveToOuterDisposeScope();
    }

    /// <summary>Refuses more points than can be compared with each other.</summary>
    /// <exception cref="ArgumentException">They are too many, or too few.</exception>
    public static void Check(Tensor counts, int neighbours, string method)
    {
        var bins = counts.shape[0] * counts.shape[1];
        if (bins > ExactNeighbours.MostPoints || bins <= neighbours)
        {
            throw new ArgumentException(
                $"{method} was asked to embed {bins} bins with {neighbours} neighbours each; expected more bins than neighbours and at "
                + $"most {ExactNeighbours.MostPoints}. "
                + (bins <= neighbours ? "Ask for fewer neighbours." : "Take wider bins, or some trials."),
                nameof(counts));
        }
    }
}
