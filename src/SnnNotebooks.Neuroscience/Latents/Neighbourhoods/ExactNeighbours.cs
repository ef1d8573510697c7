using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>The nearest of all points, found by comparing with every one.</summary>
/// <param name="Count">Neighbours of each point.</param>
/// <param name="Places">[n * Count]: where they stand, nearest first.</param>
/// <param name="Distances">[n * Count], Euclidean.</param>
internal sealed record ExactNeighbours(int Count, int[] Places, double[] Distances)
{
    /// <summary>Points that are compared with each other at most: the time grows with their square.</summary>
    public const int MostPoints = 50_000;

    private const int NumbersAtOnce = 1 << 24; // distances of a block

    /// <summary>Of each point the nearest others.</summary>
    /// <param name="points">[n, N], float64, on the CPU.</param>
    /// <param name="count">How many, fewer than n.</param>
    public static ExactNeighbours Among(Tensor points, int count) => Find(points, points, count, others: true);

    /// <summary>Of each asked point the nearest known ones.</summary>
    /// <param name="asked">[m, N], float64, on the CPU.</param>
    /// <param name="known">[n, N].</param>
    /// <param name="count">How many, at most n.</param>
    public static ExactNeighbours Between(Tensor asked, Tensor known, int count) => Find(asked, known, count, others: false);

    private static ExactNeighbours Find(Tensor asked, Tensor known, int count, bool others)
    {
        var (rows, size) = ((int)asked.shape[0], known.shape[0]);
        var (places, distances) = (new int[rows * count], new double[rows * count]);
        var block = (int)Math.Max(1, NumbersAtOnce / size);
        for (var start = 0; start < rows; start += block)
        {
            using var scope = NewDisposeScope();
            var height = Math.Min(block, rows - start);
            var between = PairDistances.Between(asked.narrow(0, start, height), known);
            if (others)
            {
                between.diagonal(offset: start).fill_(double.PositiveInfinity);
            }

            var (values, nearest) = between.topk(count, 1, largest: false);
            values.CopyNumbers(0, distances.AsSpan(start * count, height * count));
            Array.ConvertAll(nearest.Numbers<long>(), place => (int)place).CopyTo(places, start * count);
        }

        return new ExactNeighbours(count, places, distances);
    }
}
