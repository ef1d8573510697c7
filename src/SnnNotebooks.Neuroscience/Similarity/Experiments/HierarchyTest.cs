namespace SnnNotebooks.Similarity.Experiments;

/// <summary>
/// Whether regions further up a hierarchy are fitted best by deeper layers: Spearman's correlation (tied ranks averaged) of the
/// regions' order and the normalised depth of their best layer, averaged over networks, against all other orders of the regions.
/// </summary>
/// <param name="Correlation">1 where depth follows the order, 0 where it does not.</param>
/// <param name="P">Share of orders that follow as well, this one among them (one-sided).</param>
/// <param name="Depths">Mean normalised depth of the best layer, for each region.</param>
public sealed record HierarchyTest(double Correlation, double P, IReadOnlyList<double> Depths)
{
    private const int MostOrdersTried = 5040;

    /// <summary>Tests regions that are given from the bottom up.</summary>
    /// <param name="networks">Scores of one or more networks against the same regions.</param>
    /// <returns>The test, or null where a region has no best layer or all depths are the same.</returns>
    /// <exception cref="ArgumentException">There is no network, or regions differ or are fewer than three.</exception>
    public static HierarchyTest? Of(IReadOnlyList<LayerRegionScores> networks)
    {
        ArgumentNullException.ThrowIfNull(networks);
        if (networks.Count == 0 || networks[0].Regions.Count < 3
            || networks.Any(network => !network.Regions.SequenceEqual(networks[0].Regions)))
        {
            throw new ArgumentException("A hierarchy is tested on the same three or more regions in all networks.", nameof(networks));
        }

        var count = networks[0].Regions.Count;
        double[] depths = [.. Enumerable.Range(0, count).Select(region => networks.Average(network => network.BestDepth(region)))];
        double[] order = [.. Enumerable.Range(0, count).Select(region => (double)region)];
        var found = RankCorrelation.Spearman(order, depths, RankTies.Average);
        if (!double.IsFinite(found))
        {
            return null;
        }

        int[][] orders = Factorial(count) <= MostOrdersTried ? [.. Orders([.. Enumerable.Range(0, count)], 0)] : Drawn(count);
        var asGood = orders.Count(
            places => RankCorrelation.Spearman(places.Select(place => (double)place).ToArray(), depths, RankTies.Average) >= found - 1e-12);
        return new HierarchyTest(found, Math.Max(asGood, 1) / (double)orders.Length, depths);
    }

    private static double Factorial(int count) => count <= 1 ? 1 : count * Factorial(count - 1);

    private static int[][] Drawn(int count)
    {
        var random = new NumpyRandom(SimilarityMetrics.Seed);
        return [Enumerable.Range(0, count).ToArray(), .. Enumerable.Range(1, MostOrdersTried - 1).Select(_ => random.Permutation(count))];
    }

    private static IEnumerable<int[]> Orders(int[] items, int from)
    {
        if (from == items.Length)
        {
            yield return [.. items];
            yield break;
        }

        for (var i = from; i < items.Length; i++)
        {
            (items[from], items[i]) = (items[i], items[from]);
            foreach (var order in Orders(items, from + 1))
            {
                yield return order;
            }

            (items[from], items[i]) = (items[i], items[from]);
        }
    }
}
