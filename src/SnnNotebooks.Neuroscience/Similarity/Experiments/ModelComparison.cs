using MathNet.Numerics.Distributions;

namespace SnnNotebooks.Similarity.Experiments;

/// <summary>Two groups of scores, compared by Welch's t-test (two-sided), which does not ask for equal variances.</summary>
/// <param name="FirstMean">Mean of the first group.</param>
/// <param name="SecondMean">Mean of the second group.</param>
/// <param name="T">The statistic; positive where the first mean is higher.</param>
/// <param name="Freedom">Degrees of freedom (Welch, Satterthwaite).</param>
/// <param name="P">Probability of a difference as large by chance.</param>
public sealed record GroupComparison(double FirstMean, double SecondMean, double T, double Freedom, double P)
{
    /// <summary>*** below 0.001, ** below 0.01, * below 0.05, else nothing.</summary>
    public string Stars => P < 0.001 ? "***" : P < 0.01 ? "**" : P < 0.05 ? "*" : string.Empty;
}

/// <summary>Scores of many networks set against each other.</summary>
public static class ModelComparison
{
    /// <summary>Compares two groups.</summary>
    /// <param name="first">Scores of the first, at least two.</param>
    /// <param name="second">Scores of the second, at least two.</param>
    /// <returns>Both means, t, degrees of freedom and p.</returns>
    /// <exception cref="ArgumentException">A group is too small, or neither varies.</exception>
    public static GroupComparison Groups(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count < 2 || second.Count < 2)
        {
            throw new ArgumentException(
                $"Groups of {first.Count} and {second.Count} scores cannot be compared; each needs two.", nameof(second));
        }

        var (a, b) = (SampleSpread.Of(first), SampleSpread.Of(second));
        var (errorA, errorB) = (a.Variance / a.Count, b.Variance / b.Count);
        if (errorA + errorB == 0)
        {
            throw new ArgumentException("Neither group varies.", nameof(second));
        }

        var t = (a.Mean - b.Mean) / Math.Sqrt(errorA + errorB);
        var freedom = (errorA + errorB) * (errorA + errorB)
            / ((errorA * errorA / (first.Count - 1)) + (errorB * errorB / (second.Count - 1)));
        return new GroupComparison(a.Mean, b.Mean, t, freedom, 2 * StudentT.CDF(0, 1, freedom, -Math.Abs(t)));
    }

    /// <summary>Half the width of the 95 % confidence interval of a mean.</summary>
    /// <param name="scores">At least two.</param>
    /// <returns>At least 0; NaN of fewer than two scores.</returns>
    public static double HalfWidth95(IReadOnlyList<double> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return SampleSpread.Of(scores).StandardError * StudentT.InvCDF(0, 1, scores.Count - 1, 0.975);
    }

    /// <summary>Mean relative gain of a network over its partner, over pairs and columns: (a - b) / b.</summary>
    /// <param name="pairs">Scores of a network and of its partner, column by column.</param>
    /// <returns>A share: 0.1 is ten percent more.</returns>
    /// <exception cref="ArgumentException">There is no pair, or a pair differs in columns.</exception>
    public static double MeanGain(IReadOnlyList<(IReadOnlyList<double> Network, IReadOnlyList<double> Partner)> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        if (pairs.Count == 0 || pairs.Any(pair => pair.Network.Count != pair.Partner.Count || pair.Network.Count == 0))
        {
            throw new ArgumentException("Pairs of networks with the same columns are compared.", nameof(pairs));
        }

        return pairs.SelectMany(pair => pair.Network.Zip(pair.Partner, (network, partner) => (network - partner) / partner)).Average();
    }

    /// <summary>
    /// How far two metrics rank networks alike, or how scores go with size or depth: Spearman's correlation, tied ranks averaged.
    /// </summary>
    /// <param name="first">One number for each network.</param>
    /// <param name="second">Another one.</param>
    /// <returns>In [-1, 1].</returns>
    public static double Agreement(IReadOnlyList<double> first, IReadOnlyList<double> second) =>
        RankCorrelation.Spearman([.. first], [.. second], RankTies.Average);
}
