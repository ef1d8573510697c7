namespace SnnNotebooks.Training.Scaling;

/// <summary>How the ranks of a job add up a buffer so that each has the sum.</summary>
public enum AllReduce
{
    /// <summary>
    /// Each rank passes a p-th of the buffer round a ring, once to add and once to share: 2 (p - 1) rounds of n/p bytes
    /// (P. Patarasuk, X. Yuan, 2009). Best for large buffers.
    /// </summary>
    Ring,

    /// <summary>
    /// The whole buffer up a binomial tree and down again: 2 ceil(log2 p) rounds of n bytes (R. Thakur, R. Rabenseifner, W. Gropp, 2005).
    /// Best for small buffers and many ranks.
    /// </summary>
    Tree,
}

/// <summary>Ranks on nodes: one link between nodes, a faster one inside.</summary>
/// <param name="Between">Between two ranks on different nodes.</param>
/// <param name="Inside">Between two ranks on one node.</param>
/// <param name="RanksPerNode">Ranks on a node, for example GPUs; at least 1.</param>
public sealed record Cluster(Interconnect Between, Interconnect Inside, int RanksPerNode = 1)
{
    /// <summary>
    /// Seconds that an allreduce takes. Additions cost nothing, rounds follow each other, and a ring is as slow as its slowest link. Where
    /// the ranks fill several nodes, a tree joins those of a node first.
    /// </summary>
    /// <param name="algorithm">How.</param>
    /// <param name="ranks">p, at least 1; one rank costs nothing.</param>
    /// <param name="bytes">n, the buffer's size.</param>
    /// <returns>Seconds, at least 0.</returns>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public double Seconds(AllReduce algorithm, int ranks, double bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RanksPerNode, 1);
        if (ranks == 1)
        {
            return 0;
        }

        var inside = Math.Min(ranks, RanksPerNode);
        var nodes = (ranks + RanksPerNode - 1) / RanksPerNode;
        return algorithm == AllReduce.Ring
            ? 2 * (ranks - 1) * (nodes > 1 ? Between : Inside).Seconds(bytes / ranks)
            : (2 * Rounds(inside) * Inside.Seconds(bytes)) + (2 * Rounds(nodes) * Between.Seconds(bytes));
    }

    /// <summary>ceil(log2 p), exactly.</summary>
    private static int Rounds(int ranks) => ranks == 1 ? 0 : int.Log2(ranks - 1) + 1;
}
