namespace SnnNotebooks.Similarity.Rdms;

/// <summary>How a level is kept where many tests are made.</summary>
public enum MultipleTests
{
    /// <summary>It is not.</summary>
    Uncorrected,

    /// <summary>The level is divided by the number of tests: the chance of one false finding is below it (C. Bonferroni, 1936).</summary>
    Bonferroni,

    /// <summary>The share of false findings among all is below it (Y. Benjamini, Y. Hochberg, 1995).</summary>
    FalseDiscoveryRate,
}

/// <summary>Decides many tests together.</summary>
public static class Significance
{
    /// <summary>Which tests hold.</summary>
    /// <param name="p">A p-value for each; NaN for a test that could not be made, which is not counted and never holds.</param>
    /// <param name="level">The level, above 0 and below 1.</param>
    /// <param name="tests">How it is kept.</param>
    /// <returns>For each test whether it holds, in their order.</returns>
    /// <exception cref="ArgumentException">A p-value lies outside 0 to 1.</exception>
    public static IReadOnlyList<bool> Of(
        IReadOnlyList<double> p, double level = 0.01, MultipleTests tests = MultipleTests.FalseDiscoveryRate)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(level);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(level, 1);
        double[] made = [.. p.Where(value => !double.IsNaN(value)).Order()];
        if (made.Any(value => value is < 0 or > 1))
        {
            throw new ArgumentException($"p-values lie between {made[0]} and {made[^1]}; expected 0 to 1.", nameof(p));
        }

        var limit = tests switch
        {
            MultipleTests.Uncorrected => level,
            MultipleTests.Bonferroni => level / Math.Max(made.Length, 1),
            MultipleTests.FalseDiscoveryRate =>
                made.Where((value, rank) => value <= level * (rank + 1) / made.Length).DefaultIfEmpty(-1).Max(),
            _ => throw new ArgumentOutOfRangeException(nameof(tests), tests, null),
        };
        return [.. p.Select(value => tests == MultipleTests.FalseDiscoveryRate ? value <= limit : value < limit)];
    }
}
