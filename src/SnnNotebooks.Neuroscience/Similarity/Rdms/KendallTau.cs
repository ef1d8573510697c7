namespace SnnNotebooks.Similarity.Rdms;

/// <summary>Kendall's rank correlation: pairs of numbers in the same order less pairs in the opposite one.</summary>
internal static class KendallTau
{
    /// <summary>Divided by all pairs: a model that leaves ties gains nothing by them (H. Nili et al., 2014).</summary>
    public static double A(double[] a, double[] b)
    {
        var (difference, total, _, _) = Of(a, b);
        return difference / total;
    }

    /// <summary>Divided by the pairs without ties; NaN where one side does not vary.</summary>
    public static double B(double[] a, double[] b)
    {
        var (difference, total, tiesA, tiesB) = Of(a, b);
        return difference / Math.Sqrt((total - tiesA) * (total - tiesB));
    }

    private static (double Difference, double Total, double TiesA, double TiesB) Of(double[] a, double[] b)
    {
        var (ranksA, ranksB) = (Ranks.Average(a), Ranks.Average(b));
        int[] order = [.. Enumerable.Range(0, a.Length).OrderBy(i => ranksA[i]).ThenBy(i => ranksB[i])];
        var total = Pairs(a.Length);
        var (tiesA, tiesB) = (Ties(ranksA), Ties(ranksB));
        double tiesBoth = 0;
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start + 1; end < order.Length && ranksA[order[end]] == ranksA[order[start]]
                && ranksB[order[end]] == ranksB[order[start]];)
            {
                end++;
            }

            tiesBoth += Pairs(end - start);
        }

        var opposite = Inversions(Array.ConvertAll(order, i => ranksB[i]));
        return (total - tiesA - tiesB + tiesBoth - (2 * opposite), total, tiesA, tiesB);
    }

    private static double Pairs(double count) => count * (count - 1) / 2;

    private static double Ties(double[] ranks) => ranks.GroupBy(rank => rank).Sum(group => Pairs(group.Count()));

    /// <summary>How many pairs stand in descending order, counted while the numbers are merged.</summary>
    private static double Inversions(double[] values)
    {
        var (from, to, found) = (values, new double[values.Length], 0.0);
        for (var width = 1; width < values.Length; width *= 2)
        {
            for (var start = 0; start < values.Length; start += 2 * width)
            {
                var (left, middle, end) = (start, Math.Min(start + width, values.Length), Math.Min(start + (2 * width), values.Length));
                var right = middle;
                for (var place = start; place < end; place++)
                {
                    if (left < middle && (right >= end || from[left] <= from[right]))
                    {
                        to[place] = from[left++];
                    }
                    else
                    {
                        found += middle - left;
                        to[place] = from[right++];
                    }
                }
            }

            (from, to) = (to, from);
        }

        return found;
    }
}
