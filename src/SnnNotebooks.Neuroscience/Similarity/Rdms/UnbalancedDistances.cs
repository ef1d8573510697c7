using MathNet.Numerics.LinearAlgebra;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>
/// Dissimilarities of conditions that were not shown equally often, or not in every run, as rsatoolbox (f1f83cad) computes them in
/// <c>calc_rdm_unbalanced</c>: the similarity of two conditions is the mean over pairs of their observations, where it is
/// cross-validated over pairs of different runs; then d(a, b) = s(a, a) + s(b, b) - 2 s(a, b), divided by the number of channels. Every
/// observation has the same weight. A pair of conditions is missing (NaN) where one of the three means has no pair of observations.
/// </summary>
public static class UnbalancedDistances
{
    /// <summary>
    /// The crossnobis distance (<see cref="RdmDistances.Crossnobis(Observations, Tensor?, bool)"/>), equal to it where every condition is
    /// shown equally often in every run.
    /// </summary>
    /// <param name="observations">Measurements in two or more runs.</param>
    /// <param name="precision">[N, N]; the identity where null.</param>
    /// <returns>One matrix over the conditions; negative by chance where nothing differs.</returns>
    /// <exception cref="ArgumentException">There is one run or one condition, or the precision does not fit.</exception>
    public static RdmSet Crossnobis(Observations observations, Tensor? precision = null)
    {
        ArgumentNullException.ThrowIfNull(observations);
        var x = Matrix<double>.Build.DenseOfRows(observations.All.Select(observed => observed.Row));
        var weighed = precision is null ? x : x * SquareMatrix.PositiveDefinite(precision, "precision", observations.Channels);
        return Distances(x, weighed, observations, crossed: true);
    }

    /// <summary>
    /// The symmetrised Kullback-Leibler divergence of Poisson distributions between single observations, less that within conditions.
    /// </summary>
    /// <param name="observations">At least 0.</param>
    /// <param name="prior">What the rate of each observation is pulled towards, so that none is zero.</param>
    /// <returns>One matrix over the conditions.</returns>
    /// <exception cref="ArgumentException">A measurement is negative, or there is one condition.</exception>
    public static RdmSet Poisson(Observations observations, PoissonPrior? prior = null) => Poisson(observations, prior, crossed: false);

    /// <summary>The same over pairs of observations in different runs: zero on average where nothing differs.</summary>
    /// <param name="observations">At least 0, in two or more runs.</param>
    /// <param name="prior">What the rate of each observation is pulled towards.</param>
    /// <returns>One matrix over the conditions; negative by chance where nothing differs.</returns>
    /// <exception cref="ArgumentException">A measurement is negative, or there is one run or one condition.</exception>
    public static RdmSet PoissonCrossValidated(Observations observations, PoissonPrior? prior = null) =>
        Poisson(observations, prior, crossed: true);

    /// <summary>
    /// The similarity (r_j - r_i)(log r_i - log r_j) / 2, written as an inner product so that observations can be summed first.
    /// </summary>
    private static RdmSet Poisson(Observations observations, PoissonPrior? prior, bool crossed)
    {
        ArgumentNullException.ThrowIfNull(observations);
        var rates = (prior ?? new PoissonPrior()).Rates([.. observations.All.Select(observed => observed.Row)]);
        var logs = rates.PointwiseLog();
        var own = rates.PointwiseMultiply(logs).RowSums().ToColumnMatrix();
        var one = Matrix<double>.Build.Dense(rates.RowCount, 1, 1);
        return Distances((rates / 2).Append(logs / 2).Append(-own / 2).Append(-one / 2), logs.Append(rates).Append(one).Append(own),
            observations, crossed);
    }

    /// <summary>Distances by similarities a_i . b_j of observations.</summary>
    private static RdmSet Distances(Matrix<double> a, Matrix<double> b, Observations observations, bool crossed)
    {
        if (observations.Conditions < 2)
        {
            throw new ArgumentException("There is one condition; a dissimilarity needs two.");
        }

        var all = observations.All.Select((observed, row) => (observed.Condition, observed.Run, Row: row)).ToArray();
        var (sums, pairs) = Sums(a, b, [.. all.Select(found => (found.Condition, found.Row))], observations.Conditions);
        if (crossed)
        {
            var runs = all.GroupBy(found => found.Run).ToArray();
            if (runs.Length < 2)
            {
                throw new ArgumentException("All observations are of one run; cross-validation needs two or more.");
            }

            foreach (var run in runs)
            {
                int[] present = [.. run.Select(found => found.Condition).Distinct().Order()];
                var (own, count) = Sums(a, b, [.. run.Select(found => (Array.BinarySearch(present, found.Condition), found.Row))],
                    present.Length);
                for (var i = 0; i < present.Length; i++)
                {
                    for (var j = 0; j < present.Length; j++)
                    {
                        sums[present[i], present[j]] -= own[i, j];
                        pairs[present[i], present[j]] -= count[i, j];
                    }
                }
            }
        }

        double Similarity(int i, int j) => pairs[i, j] > 0 ? sums[i, j] / pairs[i, j] / observations.Channels : double.NaN;
        return new RdmSet([[.. RdmSet.PairsOf(observations.Conditions).Select(pair =>
            Similarity(pair.I, pair.I) + Similarity(pair.J, pair.J) - Similarity(pair.I, pair.J) - Similarity(pair.J, pair.I))]]);
    }

    /// <summary>Similarities summed over all pairs of observations of each two groups, and how many pairs there are.</summary>
    private static (Matrix<double> Sums, Matrix<double> Pairs) Sums(
        Matrix<double> a, Matrix<double> b, (int Group, int Row)[] members, int groups)
    {
        Matrix<double> Summed(Matrix<double> of)
        {
            var sum = Matrix<double>.Build.Dense(groups, of.ColumnCount);
            foreach (var (group, row) in members)
            {
                sum.SetRow(group, sum.Row(group) + of.Row(row));
            }

            return sum;
        }

        var counts = Vector<double>.Build.Dense(groups);
        foreach (var (group, _) in members)
        {
            counts[group]++;
        }

        return (Summed(a).TransposeAndMultiply(Summed(b)), counts.OuterProduct(counts));
    }
}
