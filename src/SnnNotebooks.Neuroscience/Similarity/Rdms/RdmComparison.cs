using MathNet.Numerics.LinearAlgebra;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>
/// Compares matrices of dissimilarities, as rsatoolbox (f1f83cad) does. Pairs that are missing (NaN) on both sides are left out.
/// Differences to it: where one side does not vary there is no number (rsatoolbox gives 0), and a covariance of patterns is followed
/// exactly in all whitened comparisons.
/// </summary>
public static class RdmComparison
{
    /// <summary>Every matrix of one set with every matrix of another.</summary>
    /// <param name="first">Often the models'.</param>
    /// <param name="second">Often the data's; of as many stimuli, with the same pairs missing.</param>
    /// <param name="comparator">How.</param>
    /// <param name="covariance">Covariance of estimated patterns over stimuli, [S, S] (whitened comparisons, Riemannian distance); the
    /// identity where null.</param>
    /// <returns>A row for each of the first, a column for each of the second; NaN where a comparison is undefined.</returns>
    /// <exception cref="ArgumentException">The sets have different stimuli or missing pairs, too few pairs are left, or the covariance does
    /// not fit.</exception>
    public static double[][] Compare(RdmSet first, RdmSet second, RdmComparator comparator, Tensor? covariance = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (!Enum.IsDefined(comparator))
        {
            throw new ArgumentOutOfRangeException(nameof(comparator), comparator, "Expected one of the comparators.");
        }

        var known = Shared(first, second);
        var noise = covariance is null ? null : SquareMatrix.PositiveDefinite(covariance, "covariance of patterns", first.StimulusCount);
        if (comparator is RdmComparator.Bures or RdmComparator.BuresDistance or RdmComparator.NegativeRiemannian)
        {
            return known.Contains(false)
                ? throw new ArgumentException($"{comparator} needs every pair; {known.Count(pair => !pair)} are missing.", nameof(first))
                : SecondMoments.Compare(first, second, comparator, noise);
        }

        return comparator is RdmComparator.WhitenedCosine or RdmComparator.WhitenedCorrelation
            ? Whitened(first, second, known, comparator == RdmComparator.WhitenedCorrelation, noise)
            : Each(Without(first, known), Without(second, known), Vectors(comparator));
    }

    /// <summary>The mean comparison of one prediction with every matrix of the data.</summary>
    internal static double Mean(RdmSet prediction, RdmSet data, RdmComparator comparator) =>
        Compare(prediction, data, comparator)[0].Average();

    /// <summary>The numbers of known pairs only.</summary>
    internal static double[][] Without(RdmSet set, bool[] known) =>
        known.Contains(false) ? [.. set.Rows.Select(row => row.Where((_, pair) => known[pair]).ToArray())] : set.Rows;

    /// <summary>Which pairs both sets have.</summary>
    internal static bool[] Shared(RdmSet first, RdmSet second)
    {
        if (first.StimulusCount != second.StimulusCount)
        {
            throw new ArgumentException(
                $"One side has {first.StimulusCount} stimuli and the other {second.StimulusCount}: both must be of the same, in the "
                + "same order.",
                nameof(second));
        }

        var known = first.Known();
        if (!known.SequenceEqual(second.Known()))
        {
            throw new ArgumentException(
                "Pairs are missing (NaN) on one side that the other has: set them to NaN on both to leave them out.", nameof(second));
        }

        return known.Count(pair => pair) is var left and < 2
            ? throw new ArgumentException($"{left} pairs of stimuli have a number on both sides; a comparison needs two.", nameof(first))
            : known;
    }

    private static Func<double[], double[], double> Vectors(RdmComparator comparator) => comparator switch
    {
        RdmComparator.Cosine => Cosine,
        RdmComparator.Correlation => (a, b) => RankCorrelation.Pearson(a, b),
        RdmComparator.Spearman => (a, b) => RankCorrelation.Spearman(a, b, RankTies.Average),
        RdmComparator.RhoA => RhoA,
        RdmComparator.TauA => KendallTau.A,
        _ => KendallTau.B,
    };

    private static double[][] Each(double[][] first, double[][] second, Func<double[], double[], double> compare) =>
        [.. first.Select(a => Array.ConvertAll(second, b => compare(a, b)))];

    private static double[][] Whitened(RdmSet first, RdmSet second, bool[] known, bool centred, Matrix<double>? covariance)
    {
        double[] Prepared(double[] row)
        {
            var mean = centred ? row.Where((_, pair) => known[pair]).Average() : 0;
            return Array.ConvertAll(row, value => value - mean);
        }

        var products = WhitenedProducts.Of(
            [.. first.Rows.Concat(second.Rows).Select(Prepared)], known, first.StimulusCount, covariance);
        double Norm(int row) => Math.Sqrt(products[row, row]);
        return [.. Enumerable.Range(0, first.Count).Select(i => Enumerable.Range(first.Count, second.Count)
            .Select(j => products[i, j] / Norm(i) / Norm(j)).ToArray())];
    }

    private static double Cosine(double[] a, double[] b)
    {
        var (aa, bb, ab) = (0.0, 0.0, 0.0);
        for (var i = 0; i < a.Length; i++)
        {
            (aa, bb, ab) = (aa + (a[i] * a[i]), bb + (b[i] * b[i]), ab + (a[i] * b[i]));
        }

        return ab / Math.Sqrt(aa) / Math.Sqrt(bb);
    }

    private static double RhoA(double[] a, double[] b)
    {
        var (ranksA, ranksB) = (Ranks.Average(a), Ranks.Average(b));
        double n = a.Length;
        var middle = (n - 1) / 2;
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += (ranksA[i] - middle) * (ranksB[i] - middle);
        }

        return 12 * sum / ((n * n * n) - n);
    }
}
