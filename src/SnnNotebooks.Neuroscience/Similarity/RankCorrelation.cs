namespace SnnNotebooks.Similarity;

/// <summary>Correlations of two lists of numbers.</summary>
public static class RankCorrelation
{
    /// <summary>Spearman's correlation, 1 - 6 sum d^2 / (n^3 - n) with ordinal ranks, or Pearson's of averaged ranks.</summary>
    /// <param name="a">Finite numbers.</param>
    /// <param name="b">As many.</param>
    /// <param name="ties">What equal numbers get.</param>
    /// <returns>-1 to 1; NaN for fewer than two numbers, or where averaged ranks are all the same.</returns>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static double Spearman(ReadOnlySpan<double> a, ReadOnlySpan<double> b, RankTies ties = RankTies.Ordinal)
    {
        SameLength(a.Length, b.Length);
        return ties == RankTies.Ordinal ? OfRanks(Ranks.Ordinal(a), Ranks.Ordinal(b)) : Pearson(Ranks.Average(a), Ranks.Average(b));
    }

    /// <summary>Pearson's correlation.</summary>
    /// <param name="a">Finite numbers.</param>
    /// <param name="b">As many.</param>
    /// <returns>-1 to 1; NaN where one of them does not vary.</returns>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static double Pearson(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        SameLength(a.Length, b.Length);
        var (meanA, meanB) = (Mean(a), Mean(b));
        var (aa, bb, ab) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            var (x, y) = (a[i] - meanA, b[i] - meanB);
            (aa, bb, ab) = (aa + (x * x), bb + (y * y), ab + (x * y));
        }

        return ab / (Math.Sqrt(aa) * Math.Sqrt(bb));
    }

    /// <summary>Spearman's formula on ordinal ranks, exact up to the last division.</summary>
    internal static double OfRanks(ReadOnlySpan<int> a, ReadOnlySpan<int> b)
    {
        UInt128 squares = 0;
        double n = a.Length;
        var part = (int)Math.Clamp(long.MaxValue / (n * n), 1, 1 << 20); // as many squares as 64 bits hold
        for (var start = 0; start < a.Length; start += part)
        {
            var sum = 0L;
            for (var i = start; i < Math.Min(start + part, a.Length); i++)
            {
                long difference = a[i] - b[i];
                sum += difference * difference;
            }

            squares += (ulong)sum;
        }

        return 1 - (6 * (double)squares / ((n * n * n) - n));
    }

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }

    private static void SameLength(int a, int b)
    {
        if (a != b)
        {
            throw new ArgumentException($"Two lists of the same length are correlated; these have {a} and {b} numbers.");
        }
    }
}
