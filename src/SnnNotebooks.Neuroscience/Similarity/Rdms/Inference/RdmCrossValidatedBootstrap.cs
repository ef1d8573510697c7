using MathNet.Numerics.LinearAlgebra;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>
/// Models with parameters against draws of subjects, stimuli or both: in each draw they are fitted to a part and scored on another
/// (rsatoolbox's <c>bootstrap_crossval</c>, and <c>eval_dual_bootstrap</c> with parts). How a draw is cut adds variance, which more cuts of
/// the same draw tell: with r of them the variance of an endless number is (r V_r - V_1) / (r - 1), where V_r is that of the mean over the
/// cuts of a draw and V_1 that of one cut (H. Schütt et al., eLife 2023).
/// </summary>
public static class RdmCrossValidatedBootstrap
{
    /// <summary>Scores every model.</summary>
    /// <param name="models">The models, fixed ones too.</param>
    /// <param name="data">A matrix for each subject.</param>
    /// <param name="comparator">How they are compared, in the fit and in the score.</param>
    /// <param name="subjectParts">Parts of the subjects of a draw; 1 fits to the subjects that are scored.</param>
    /// <param name="stimulusParts">Parts of its stimuli, of three or more each; 1 fits to the stimuli that are scored.</param>
    /// <param name="resampling">What is drawn.</param>
    /// <param name="draws">Number of draws; one that cannot be cut is left out.</param>
    /// <param name="cuts">How often each draw is cut, r; of one cut the variance is not corrected, and too large.</param>
    /// <param name="seed">The seed of draws and cuts, which come in rsatoolbox's order after <c>numpy.random.seed(seed)</c>.</param>
    /// <returns>Scores of every model in every draw, with ceiling.</returns>
    /// <exception cref="ArgumentException">No model, one part of both, or fewer than two draws that can be cut.</exception>
    public static RdmScores Score(IReadOnlyList<RdmModel> models, RdmSet data, RdmComparator comparator, int subjectParts,
        int stimulusParts, RdmResampling resampling = RdmResampling.Dual, int draws = 1000, int cuts = 2,
        uint seed = SimilarityMetrics.Seed)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(subjectParts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stimulusParts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cuts, 1);
        if (subjectParts == 1 && stimulusParts == 1)
        {
            throw new ArgumentException(
                "One part of subjects and one of stimuli is no cross-validation: give more, or use RdmEvaluation.Bootstrap.");
        }

        var random = new NumpyRandom(seed);
        var reductions = RdmEvaluation.Reductions(data, resampling);
        var found = new List<double[][][]>(); // for each draw, reduction and cut the scores and the two bounds
        for (var draw = 0; draw < draws; draw++)
        {
            var drawn = BootstrapDraw.Next(data, resampling, random);
            RdmSet[] sets = Array.ConvertAll(reductions, reduced => reduced(drawn).Of(data));
            if (!RdmCrossValidation.CanBeCut(sets[0], subjectParts, stimulusParts))
            {
                continue;
            }

            double[][][] scores = [.. sets.Select(_ => new double[cuts][])];
            for (var cut = 0; cut < cuts; cut++)
            {
                for (var set = 0; set < sets.Length; set++)
                {
                    var folds = RdmCrossValidation.Cut(sets[set], subjectParts, stimulusParts, random);
                    var one = RdmCrossValidation.Score(models, sets[set], comparator, folds);
                    scores[set][cut] = [.. one.Means, one.Ceiling.Lower, one.Ceiling.Upper];
                }
            }

            found.Add(scores);
        }

        if (found.Count < 2)
        {
            throw new ArgumentException(
                $"{found.Count} of {draws} draws can be cut into {subjectParts} and {stimulusParts} parts; take more draws, or fewer "
                + "parts.");
        }

        double[][][] Of(Func<double[][], double[]> one) => [.. reductions.Select((_, set) => found.Select(scores =>
            one(scores[set])).ToArray())];
        var means = Of(each => [.. Enumerable.Range(0, each[0].Length).Select(column => each.Average(row => row[column]))]);
        var covariances = Array.ConvertAll(means, Covariance);
        if (cuts > 1)
        {
            double r = cuts;
            var single = Enumerable.Range(0, cuts).Select(cut => Array.ConvertAll(Of(each => each[cut]), Covariance)).ToArray();
            covariances = [.. covariances.Select((ofMean, set) =>
                ((ofMean * r) - (single.Select(of => of[set]).Aggregate((sum, next) => sum + next) / r)) / (r - 1))];
        }

        return RdmEvaluation.Summary(models, data, comparator, resampling, means, covariances);
    }

    private static Matrix<double> Covariance(double[][] rows) => RdmEvaluation.Covariance(RdmEvaluation.Transposed(rows));
}
