using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>How the weights of a <see cref="WeightedRdmModel"/> are found.</summary>
public enum RdmFit
{
    /// <summary>Least squares against the pooled data: exact and fast; cosine, correlation and their whitened forms only.</summary>
    Regression,

    /// <summary>The same with weights of at least 0 (R. Bro, S. de Jong, 1997, J. Chemometrics 11).</summary>
    NonNegativeRegression,

    /// <summary>A search for the best mean comparison, for any comparator.</summary>
    Search,

    /// <summary>The same over weights of at least 0.</summary>
    NonNegativeSearch,
}

/// <summary>
/// A model that is a weighted sum of candidates. Fitted weights have norm 1, since no comparator with a fit sees the scale.
/// </summary>
/// <param name="name">As in tables.</param>
/// <param name="candidates">The candidates.</param>
/// <param name="fit">How weights are found.</param>
/// <param name="ridge">What squares of weights cost, at least 0.</param>
public sealed class WeightedRdmModel(string name, RdmSet candidates, RdmFit fit = RdmFit.Regression, double ridge = 0)
    : RdmModel(name, candidates)
{
    private const double Enough = 1e-14; // of the search
    private const int MostSteps = 20000;

    private readonly double ridge = ridge >= 0 && double.IsFinite(ridge)
        ? ridge
        : throw new ArgumentOutOfRangeException(nameof(ridge), ridge, "Expected a finite number of at least 0.");

    /// <inheritdoc/>
    public override RdmSet Predict(IReadOnlyList<double> parameters) => Sum(parameters);

    /// <inheritdoc/>
    public override IReadOnlyList<double> Fit(RdmSet data, RdmComparator comparator)
    {
        ArgumentNullException.ThrowIfNull(data);
        var weights = fit is RdmFit.Regression or RdmFit.NonNegativeRegression ? Regressed(data, comparator) : Searched(data, comparator);
        var norm = Math.Sqrt(weights.Sum(weight => weight * weight));
        return norm > 0 ? Array.ConvertAll(weights, weight => weight / norm) : weights;
    }

    private double[] Regressed(RdmSet data, RdmComparator comparator)
    {
        var parts = For(data, Candidates);
        var known = RdmComparison.Shared(parts, data);
        var products = Products(parts, data, known, comparator);
        var count = Candidates.Count;

        // each matrix of the data counts by its direction; its length matters beside the ridge, and is rsatoolbox's
        var target = Vector<double>.Build.Dense(count, row => Enumerable.Range(count, data.Count)
            .Average(other => products[row, other] / Math.Sqrt(products[other, other])));
        var scale = comparator is RdmComparator.Cosine or RdmComparator.Correlation ? Math.Sqrt(known.Count(pair => pair)) : 1;
        var normal = products.SubMatrix(0, count, 0, count) + Matrix<double>.Build.DenseDiagonal(count, ridge);
        target *= scale;
        double[] weights = fit == RdmFit.NonNegativeRegression ? NonNegative.Solve(normal, target) : [.. normal.Solve(target)];
        return Array.TrueForAll(weights, double.IsFinite)
            ? weights
            : throw new ArgumentException(
                $"The {count} candidates of {Name} cannot be told apart by {known.Count(pair => pair)} pairs of stimuli: give a ridge, "
                + "fewer candidates, or more stimuli to fit to.", nameof(data));
    }

    private static Matrix<double> Products(RdmSet parts, RdmSet data, bool[] known, RdmComparator comparator)
    {
        var centred = comparator is RdmComparator.Correlation or RdmComparator.WhitenedCorrelation;
        double[][] rows = [.. parts.Rows.Concat(data.Rows).Select(row =>
        {
            var mean = centred ? row.Where((_, pair) => known[pair]).Average() : 0;
            return Array.ConvertAll(row, value => value - mean);
        })];
        switch (comparator)
        {
            case RdmComparator.WhitenedCosine or RdmComparator.WhitenedCorrelation:
                return WhitenedProducts.Of(rows, known, parts.StimulusCount, null);
            case RdmComparator.Cosine or RdmComparator.Correlation:
                var plain = Matrix<double>.Build.DenseOfRows(rows.Select(row => row.Where((_, pair) => known[pair])));
                return plain.TransposeAndMultiply(plain);
            default:
                throw new ArgumentException(
                    $"{comparator} is no inner product that least squares could fit; choose cosine, correlation, their whitened forms, or "
                    + "a search.", nameof(comparator));
        }
    }

    private double[] Searched(RdmSet data, RdmComparator comparator)
    {
        var count = Candidates.Count;
        Func<double, double> shape = fit == RdmFit.NonNegativeSearch ? value => value * value : value => value;
        double Loss(Vector<double> at)
        {
            double[] weights = [.. at.Select(shape)];
            var score = Score(weights, data, comparator);
            return (double.IsNaN(score) ? 2 : -score) + (ridge * weights.Sum(weight => weight * weight));
        }

        // from the middle and from near each candidate, as a surface of ranks has many steps
        var starts = Enumerable.Range(-1, count + 1).Select(one => Vector<double>.Build.Dense(count, row => one < 0 || row == one ? 1
            : 0.05));
        var best = starts.Select(start => Descended(Loss, start)).MinBy(found => found.Loss).At;
        return [.. best.Select(shape)];
    }

    private static (Vector<double> At, double Loss) Descended(Func<Vector<double>, double> loss, Vector<double> start)
    {
        var at = start;
        try
        {
            // once more from where it ended: a simplex may have collapsed before
            for (var round = 0; round < 2; round++)
            {
                at = new NelderMeadSimplex(Enough, MostSteps).FindMinimum(ObjectiveFunction.Value(loss), at).MinimizingPoint;
            }
        }
        catch (OptimizationException)
        {
            // as far as it came
        }

        return (at, loss(at));
    }
}
