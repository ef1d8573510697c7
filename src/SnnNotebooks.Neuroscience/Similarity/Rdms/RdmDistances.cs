using MathNet.Numerics.LinearAlgebra;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>
/// Dissimilarities of conditions from measurements, as rsatoolbox (f1f83cad) computes them: all are divided by the number of channels but
/// the correlation distance. Observations of a condition are averaged; where runs lack conditions see <see cref="UnbalancedDistances"/>.
/// </summary>
public static class RdmDistances
{
    /// <summary>Squared Euclidean distance.</summary>
    /// <param name="observations">Measurements.</param>
    /// <param name="centred">Whether each pattern's mean over channels is taken off before.</param>
    /// <returns>One matrix over the conditions, at least 0.</returns>
    public static RdmSet Euclidean(Observations observations, bool centred = false)
    {
        var x = Patterns(observations, centred);
        return Distances(x, x, observations.Channels);
    }

    /// <summary>1 less Pearson's correlation over channels; NaN where a pattern does not vary.</summary>
    /// <param name="observations">Measurements.</param>
    /// <returns>One matrix over the conditions, in [0, 2].</returns>
    public static RdmSet Correlation(Observations observations)
    {
        var x = Patterns(observations, centred: true);
        var unit = x.NormalizeRows(2);
        var similarity = unit.TransposeAndMultiply(unit);
        var flat = x.RowNorms(2).Select(norm => norm == 0).ToArray();
        return new RdmSet([[.. RdmSet.PairsOf(x.RowCount).Select(
            pair => flat[pair.I] || flat[pair.J] ? double.NaN : 1 - similarity[pair.I, pair.J])]]);
    }

    /// <summary>Squared Mahalanobis distance: channels weighed by the precision of their noise. It is biased upwards.</summary>
    /// <param name="observations">Measurements.</param>
    /// <param name="precision">[N, N], of <see cref="NoiseCovariance.Precision"/>.</param>
    /// <param name="centred">Whether each pattern's mean over channels is taken off before.</param>
    /// <returns>One matrix over the conditions, at least 0.</returns>
    /// <exception cref="ArgumentException">The precision has another shape or is not positive definite.</exception>
    public static RdmSet Mahalanobis(Observations observations, Tensor precision, bool centred = false)
    {
        var x = Patterns(observations, centred);
        return Distances(x * SquareMatrix.PositiveDefinite(precision, "precision", observations.Channels), x, observations.Channels);
    }

    /// <summary>
    /// The crossnobis distance: Mahalanobis' from differences in one run times differences in the others, mean over runs (A. Walther et
    /// al., 2016, NeuroImage 137). It is unbiased: zero on average where nothing differs, and may be negative.
    /// </summary>
    /// <param name="observations">Every condition in each of two or more runs.</param>
    /// <param name="precision">[N, N]; the identity where null.</param>
    /// <param name="centred">Whether each pattern's mean over channels is taken off before.</param>
    /// <returns>One matrix over the conditions; negative by chance where nothing differs.</returns>
    /// <exception cref="ArgumentException">A run lacks a condition, there is one run, or the precision does not fit.</exception>
    public static RdmSet Crossnobis(Observations observations, Tensor? precision = null, bool centred = false)
    {
        ArgumentNullException.ThrowIfNull(observations);
        var weights = precision is null ? null : SquareMatrix.PositiveDefinite(precision, "precision", observations.Channels);
        return Mean(TwoOrMore(observations).Select(run =>
        {
            var train = Centred(observations.MeansOf(other => other != run, run), centred);
            var test = Centred(observations.MeansOf(other => other == run, run), centred);
            return Distances(weights is null ? train : train * weights, test, observations.Channels);
        }));
    }

    /// <summary>
    /// The same with a precision of each run's own mean: every pair of runs is weighed by the inverse of the mean of its two covariances.
    /// </summary>
    /// <param name="observations">Every condition in each of two or more runs.</param>
    /// <param name="precisions">[N, N] of each run, in ascending order of the runs.</param>
    /// <param name="centred">Whether each pattern's mean over channels is taken off before.</param>
    /// <returns>One matrix over the conditions; negative by chance where nothing differs.</returns>
    /// <exception cref="ArgumentException">A run lacks a condition, there is one run, or the precisions do not fit.</exception>
    public static RdmSet Crossnobis(Observations observations, IReadOnlyList<Tensor> precisions, bool centred = false)
    {
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(precisions);
        var runs = TwoOrMore(observations);
        if (precisions.Count != runs.Count)
        {
            throw new ArgumentException($"There are {precisions.Count} precisions for {runs.Count} runs; give one for each.",
                nameof(precisions));
        }

        var covariances = precisions
            .Select(precision => SquareMatrix.PositiveDefinite(precision, "precision", observations.Channels).Inverse()).ToArray();
        var means = runs.Select(run => Centred(observations.MeansOf(other => other == run, run), centred)).ToArray();
        return Mean(RdmSet.PairsOf(runs.Count).Select(pair => Distances(
            means[pair.I] * ((covariances[pair.I] + covariances[pair.J]) / 2).Inverse(), means[pair.J], observations.Channels)));
    }

    /// <summary>
    /// The symmetrised Kullback-Leibler divergence of Poisson distributions, (a - b)(log a - log b): for spike counts.
    /// </summary>
    /// <param name="observations">At least 0.</param>
    /// <param name="prior">What rates are pulled towards, so that none is zero.</param>
    /// <returns>One matrix over the conditions, at least 0.</returns>
    /// <exception cref="ArgumentException">A measurement is negative.</exception>
    public static RdmSet Poisson(Observations observations, PoissonPrior? prior = null)
    {
        ArgumentNullException.ThrowIfNull(observations);
        var rates = (prior ?? new PoissonPrior()).Rates(observations.Means());
        return Distances(rates, rates.PointwiseLog(), observations.Channels);
    }

    /// <summary>
    /// The same, cross-validated: differences of rates in all runs but one times differences of logarithms in that one. rsatoolbox returns
    /// the numbers of its last fold; their mean over runs, <see cref="PoissonCrossValidated"/>, uses all measurements.
    /// </summary>
    /// <param name="observations">At least 0, every condition in each of two or more runs.</param>
    /// <param name="prior">What rates are pulled towards.</param>
    /// <returns>A matrix for each run held out, in ascending order.</returns>
    /// <exception cref="ArgumentException">A measurement is negative, a run lacks a condition, or there is one run.</exception>
    public static RdmSet PoissonFolds(Observations observations, PoissonPrior? prior = null)
    {
        ArgumentNullException.ThrowIfNull(observations);
        var towards = prior ?? new PoissonPrior();
        return new RdmSet([.. TwoOrMore(observations).Select(run => Distances(
            towards.Rates(observations.MeansOf(other => other != run, run)),
            towards.Rates(observations.MeansOf(other => other == run, run)).PointwiseLog(),
            observations.Channels)[0])]);
    }

    /// <summary>The mean of <see cref="PoissonFolds"/>.</summary>
    /// <param name="observations">At least 0, every condition in each of two or more runs.</param>
    /// <param name="prior">What rates are pulled towards.</param>
    /// <returns>One matrix over the conditions; negative by chance where nothing differs.</returns>
    /// <exception cref="ArgumentException">A measurement is negative, a run lacks a condition, or there is one run.</exception>
    public static RdmSet PoissonCrossValidated(Observations observations, PoissonPrior? prior = null)
    {
        var folds = PoissonFolds(observations, prior);
        return Mean(Enumerable.Range(0, folds.Count).Select(fold => folds.Select([fold])));
    }

    private static IReadOnlyList<int> TwoOrMore(Observations observations) => observations.Runs is { Count: > 1 } runs
        ? runs
        : throw new ArgumentException("All observations are of one run; cross-validation needs two or more.", nameof(observations));

    private static Matrix<double> Patterns(Observations observations, bool centred)
    {
        ArgumentNullException.ThrowIfNull(observations);
        return Centred(observations.Means(), centred);
    }

    private static Matrix<double> Centred(double[][] patterns, bool centred) =>
        Matrix<double>.Build.DenseOfRowArrays(centred ? Array.ConvertAll(patterns, WithoutMean) : patterns);

    private static double[] WithoutMean(double[] pattern)
    {
        var mean = pattern.Average();
        return Array.ConvertAll(pattern, value => value - mean);
    }

    /// <summary>(a_i - a_j)' (b_i - b_j) / N of every pair.</summary>
    private static RdmSet Distances(Matrix<double> a, Matrix<double> b, int channels)
    {
        if (a.RowCount < 2)
        {
            throw new ArgumentException("There is one condition; a dissimilarity needs two.");
        }

        var kernel = a.TransposeAndMultiply(b);
        return new RdmSet([[.. RdmSet.PairsOf(a.RowCount).Select(pair =>
            (kernel[pair.I, pair.I] + kernel[pair.J, pair.J] - kernel[pair.I, pair.J] - kernel[pair.J, pair.I]) / channels)]]);
    }

    private static RdmSet Mean(IEnumerable<RdmSet> sets)
    {
        var each = sets.ToArray();
        return new RdmSet([[.. Enumerable.Range(0, each[0].PairCount).Select(pair => each.Average(set => set[0][pair]))]]);
    }
}
