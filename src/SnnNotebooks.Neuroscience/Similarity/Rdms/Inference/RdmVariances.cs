using MathNet.Numerics.LinearAlgebra;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>Variances of scores, of their differences and of their distance to the bounds of the noise ceiling.</summary>
/// <param name="Models">Of each model's score.</param>
/// <param name="Pairs">Of the difference of each two models, first with second, first with third, and so on.</param>
/// <param name="Ceilings">Of each model's distance to the lower and to the upper bound.</param>
internal sealed record RdmVariances(double[] Models, double[] Pairs, (double Lower, double Upper)[] Ceilings)
{
    /// <summary>
    /// From the covariance of models and, where it has them, of the two bounds; corrected for the number of what was drawn.
    /// </summary>
    public static RdmVariances Of(Matrix<double> covariance, int models, int? subjects, int? stimuli)
    {
        double fewest = Math.Min(subjects ?? int.MaxValue, stimuli ?? int.MaxValue);
        return Raw(covariance, models).Map(value => value * (fewest / (fewest - 1)));
    }

    /// <summary>The corrected bootstrap's combination of covariances of both draws, of subjects and of stimuli.</summary>
    public static RdmVariances Dual(Matrix<double>[] covariances, int models, double subjects, double stimuli)
    {
        RdmVariances[] raw = [.. covariances.Select(covariance => Raw(covariance, models))];
        double Combined(double both, double ofSubjects, double ofStimuli)
        {
            var (a, b) = (subjects / (subjects - 1) * ofSubjects, stimuli / (stimuli - 1) * ofStimuli);
            var value = a + b - (subjects / (subjects - 1) * (stimuli / (stimuli - 1)) * (both - ofSubjects - ofStimuli));
            return Math.Min(Math.Max(Math.Max(value, a), b), both);
        }

        double[] Each(Func<RdmVariances, double[]> part) =>
            [.. part(raw[0]).Select((both, place) => Combined(both, part(raw[1])[place], part(raw[2])[place]))];
        var lower = Each(of => [.. of.Ceilings.Select(pair => pair.Lower)]);
        var upper = Each(of => [.. of.Ceilings.Select(pair => pair.Upper)]);
        return new RdmVariances(Each(of => of.Models), Each(of => of.Pairs), [.. lower.Zip(upper)]);
    }

    private static RdmVariances Raw(Matrix<double> covariance, int models)
    {
        var ceiling = covariance.RowCount > models;
        double Difference(int i, int j) => covariance[i, i] - (2 * covariance[i, j]) + covariance[j, j];
        return new RdmVariances(
            [.. Enumerable.Range(0, models).Select(i => covariance[i, i])],
            [.. RdmSet.PairsOf(models).Select(pair => Difference(pair.I, pair.J))],
            [.. Enumerable.Range(0, models).Select(i => ceiling
                ? (Difference(i, models), Difference(i, models + 1))
                : (covariance[i, i], covariance[i, i]))]);
    }

    private RdmVariances Map(Func<double, double> change) => new(Array.ConvertAll(Models, value => change(value)),
        Array.ConvertAll(Pairs, value => change(value)),
        Array.ConvertAll(Ceilings, pair => (change(pair.Lower), change(pair.Upper))));
}
