namespace SnnNotebooks.Similarity.Rdms;

/// <summary>One matrix that stands for several: each brought to the scale that a comparator does not see, then the mean.</summary>
public static class RdmPool
{
    /// <summary>
    /// Pools, as rsatoolbox does for its noise ceilings: lengths or deviations are made equal, or numbers become ranks (for Kendall's taus,
    /// too, where that is not quite the best). Distances of second moments see the scale: there it is the mean as it is.
    /// </summary>
    /// <param name="set">The matrices.</param>
    /// <param name="comparator">What the pool is to be compared by.</param>
    /// <returns>One matrix; pairs that one of them lacks are missing.</returns>
    public static RdmSet Of(RdmSet set, RdmComparator comparator)
    {
        ArgumentNullException.ThrowIfNull(set);
        double[][] scaled = [.. set.Rows.Select(row => comparator switch
        {
            RdmComparator.Cosine or RdmComparator.WhitenedCosine => Scaled(row, 0),
            RdmComparator.Correlation or RdmComparator.WhitenedCorrelation => Scaled(row, Present(row).Average()),
            RdmComparator.Spearman or RdmComparator.RhoA or RdmComparator.TauA or RdmComparator.TauB => Ranked(row),
            _ => row,
        })];
        double[] mean = [.. Enumerable.Range(0, set.PairCount).Select(pair => scaled.Average(row => row[pair]))];
        if (comparator is RdmComparator.Correlation or RdmComparator.WhitenedCorrelation)
        {
            var lowest = Present(mean).DefaultIfEmpty().Min();
            mean = Array.ConvertAll(mean, value => value - lowest);
        }

        return set.Pooled(mean);
    }

    private static double[] Scaled(double[] row, double centre)
    {
        var size = Math.Sqrt(Present(row).Average(value => (value - centre) * (value - centre)));
        return Array.ConvertAll(row, value => (value - centre) / size);
    }

    private static double[] Ranked(double[] row)
    {
        double[] present = [.. Present(row)];
        var (ranks, next) = (Ranks.Average(present), 0);
        return Array.ConvertAll(row, value => double.IsNaN(value) ? double.NaN : ranks[next++] + 1);
    }

    private static IEnumerable<double> Present(double[] row) => row.Where(value => !double.IsNaN(value));
}
