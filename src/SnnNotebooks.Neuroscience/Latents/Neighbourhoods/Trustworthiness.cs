using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// How far an embedding can be trusted: whether those who are neighbours in it were neighbours before (J. Venna and S. Kaski 2001, as
/// scikit-learn computes it).
/// </summary>
public static class Trustworthiness
{
    private const int NumbersAtOnce = 1 << 23;

    /// <summary>1 where every neighbour in the embedding is one of the data, less by how far the intruders lie.</summary>
    /// <param name="points">[n, N]: the data.</param>
    /// <param name="embedding">[n, D] of the same points.</param>
    /// <param name="neighbours">k, below n / 2.</param>
    /// <returns>In [0, 1].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit, or k is not of 1 to below n / 2.</exception>
    public static double Score(Tensor points, Tensor embedding, int neighbours = 5)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(embedding);
        if (points.dim() != 2 || embedding.dim() != 2 || points.shape[0] != embedding.shape[0] || neighbours < 1
            || 2 * neighbours >= points.shape[0])
        {
            throw new ArgumentException(
                $"Points are [{string.Join(", ", points.shape)}], the embedding [{string.Join(", ", embedding.shape)}], with {neighbours} "
                + "neighbours; expected [n, N], [n, D] and fewer than n / 2.", nameof(embedding));
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (data, found) = (points.to(float64), embedding.to(float64));
        var (size, intrusion) = (data.shape[0], 0.0);
        var block = Math.Max(1, NumbersAtOnce / size);
        for (var start = 0L; start < size; start += block)
        {
            using var part = NewDisposeScope();
            Tensor Distances(Tensor of)
            {
                var between = PairDistances.Between(of.narrow(0, start, Math.Min(block, size - start)), of);
                between.diagonal(offset: start).fill_(double.PositiveInfinity);
                return between;
            }

            // the rank of a point is its place in the order of distances, from 1
            var ranks = Distances(data).argsort(1).argsort(1) + 1;
            var nearest = Distances(found).topk(neighbours, 1, largest: false).indexes;
            intrusion += (ranks.gather(1, nearest) - neighbours).clamp(min: 0).sum().ToDouble();
        }

        return 1 - (intrusion * 2 / (size * (double)neighbours * ((2.0 * size) - (3.0 * neighbours) - 1)));
    }
}
