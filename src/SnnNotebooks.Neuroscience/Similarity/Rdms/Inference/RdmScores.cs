using MathNet.Numerics.Distributions;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>Scores of models, with tests of what they show. Tests are by t, or by the share of bootstrap draws.</summary>
public sealed class RdmScores
{
    private readonly RdmVariances? variances;
    private readonly bool bootstrapped;

    internal RdmScores(IReadOnlyList<string> models, RdmComparator comparator, double[][] samples, RdmNoiseCeiling ceiling, int freedom,
        RdmVariances? variances, bool bootstrapped = false)
    {
        (Models, Comparator, Samples, Ceiling, Freedom) = (models, comparator, samples, ceiling, freedom);
        (this.variances, this.bootstrapped) = (variances, bootstrapped);
        Means = [.. Enumerable.Range(0, models.Count).Select(model => samples.Average(sample => sample[model]))];
    }

    /// <summary>Names of the models.</summary>
    public IReadOnlyList<string> Models { get; }

    /// <summary>How they were compared.</summary>
    public RdmComparator Comparator { get; }

    /// <summary>For each draw, or each subject, the score of every model.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Samples { get; }

    /// <summary>The mean score of every model.</summary>
    public IReadOnlyList<double> Means { get; }

    /// <summary>Between what bounds the best possible model lies.</summary>
    public RdmNoiseCeiling Ceiling { get; }

    /// <summary>Degrees of freedom of the tests; 0 where one subject leaves none, and there are no errors.</summary>
    public int Freedom { get; }

    /// <summary>Standard error of every mean; NaN where one subject gives none.</summary>
    public IReadOnlyList<double> StandardErrors => variances is null
        ? [.. Models.Select(_ => double.NaN)]
        : [.. variances.Models.Select(variance => Math.Sqrt(Math.Max(variance, 0)))];

    /// <summary>Confidence intervals of the means, by t.</summary>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <returns>A lower and an upper end for each model.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="confidence"/> is not above 0 or is not below 1.</exception>
    public IReadOnlyList<(double Low, double High)> Intervals(double confidence = 0.95)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(confidence);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1);
        var width = Freedom > 0 ? StudentT.InvCDF(0, 1, Freedom, (1 + confidence) / 2) : double.NaN;
        return [.. Means.Zip(StandardErrors, (mean, error) => (mean - (width * error), mean + (width * error)))];
    }

    /// <summary>p of every model: as high a score by chance, if it were 0 (one-sided).</summary>
    /// <returns>In [0, 1], a number for each model.</returns>
    public IReadOnlyList<double> AgainstZero() => [.. Means.Select((mean, model) => 1 - Cumulative(mean, variances?.Models[model]))];

    /// <summary>p of every model: as far from the ceiling's lower bound by chance (two-sided).</summary>
    /// <returns>In [0, 1], a number for each model.</returns>
    public IReadOnlyList<double> AgainstCeiling() =>
        [.. Means.Select((mean, model) => TwoSided(mean - Ceiling.Lower, variances?.Ceilings[model].Lower))];

    /// <summary>p of each two models: as large a difference by chance (two-sided). 1 on the diagonal.</summary>
    /// <returns>In [0, 1], [models][models], symmetric.</returns>
    public double[][] Pairwise() => Symmetric((i, j, pair) => TwoSided(Means[i] - Means[j], variances?.Pairs[pair]));

    /// <summary>The same as shares of bootstrap draws in which the order is the other one; without ties, two-sided.</summary>
    /// <returns>In [0, 1], [models][models], symmetric.</returns>
    /// <exception cref="InvalidOperationException">The scores are not of a bootstrap.</exception>
    public double[][] PairwiseByDraws()
    {
        double draws = Drawn().Count;
        return Symmetric((i, j, _) =>
        {
            var (less, equal) = (Samples.Count(sample => sample[i] < sample[j]), Samples.Count(sample => sample[i] == sample[j]));
            var share = less / (draws - equal);
            return ((draws - 1) / draws * 2 * Math.Min(share, 1 - share)) + (1 / draws);
        });
    }

    /// <summary>p of every model as the share of bootstrap draws in which its score is not above 0.</summary>
    /// <returns>In [0, 1], a number for each model.</returns>
    /// <exception cref="InvalidOperationException">The scores are not of a bootstrap.</exception>
    public IReadOnlyList<double> AgainstZeroByDraws()
    {
        double draws = Drawn().Count;
        return [.. Enumerable.Range(0, Models.Count).Select(model => (Samples.Count(sample => sample[model] <= 0) + 1) / draws)];
    }

    internal RdmVariances? Variances => variances;

    private IReadOnlyList<IReadOnlyList<double>> Drawn() => bootstrapped
        ? Samples
        : throw new InvalidOperationException("These scores are of subjects, not of draws: use RdmEvaluation.Bootstrap.");

    private double[][] Symmetric(Func<int, int, int, double> p)
    {
        var values = Enumerable.Range(0, Models.Count).Select(_ => Enumerable.Repeat(1.0, Models.Count).ToArray()).ToArray();
        var place = 0;
        foreach (var (i, j) in RdmSet.PairsOf(Models.Count))
        {
            values[i][j] = values[j][i] = p(i, j, place++);
        }

        return values;
    }

    private double TwoSided(double difference, double? variance) => 2 * (1 - Cumulative(Math.Abs(difference), variance));

    private double Cumulative(double difference, double? variance) => variance is { } value && Freedom > 0
        ? StudentT.CDF(0, 1, Freedom, difference / Math.Sqrt(Math.Max(value, double.Epsilon)))
        : double.NaN;
}
