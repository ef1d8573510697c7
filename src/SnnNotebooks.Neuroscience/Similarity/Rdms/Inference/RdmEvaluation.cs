using MathNet.Numerics.LinearAlgebra;

namespace SnnNotebooks.Similarity.Rdms;

/// <summary>
/// How well models predict the dissimilarities of subjects, with what chance does to it (H. Schütt et al., eLife 2023; numbers are those
/// of rsatoolbox f1f83cad). Models are compared as they are: give fixed ones, or parameters fitted to other data.
/// </summary>
public static class RdmEvaluation
{
    private const int FewestStimuli = 3; // different ones in a draw

    /// <summary>Every model against every subject; errors are over subjects.</summary>
    /// <param name="models">The models.</param>
    /// <param name="data">A matrix for each subject.</param>
    /// <param name="comparator">How they are compared.</param>
    /// <param name="parameters">Of each model; null where all are fixed.</param>
    /// <returns>Scores of every model, with ceiling and variances.</returns>
    /// <exception cref="ArgumentException">No model, one that must be fitted, or data of other stimuli.</exception>
    public static RdmScores Fixed(IReadOnlyList<RdmModel> models, RdmSet data, RdmComparator comparator,
        IReadOnlyList<IReadOnlyList<double>>? parameters = null)
    {
        var predictions = Predictions(models, data, parameters);
        double[][] scores = [.. predictions.Select(prediction => RdmComparison.Compare(prediction, data, comparator)[0])];
        var freedom = data.Count - 1;
        var variance = freedom > 0 ? Covariance(scores) * ((double)freedom / data.Count / data.Count) : null;
        return new RdmScores(Names(models), comparator, Transposed(scores), RdmNoiseCeiling.Of(data, comparator), freedom,
            variance is null ? null : RdmVariances.Of(variance, models.Count, data.Count, null));
    }

    /// <summary>Every model against draws of subjects, stimuli or both.</summary>
    /// <param name="models">The models.</param>
    /// <param name="data">A matrix for each subject.</param>
    /// <param name="comparator">How they are compared.</param>
    /// <param name="resampling">What is drawn.</param>
    /// <param name="draws">Number of draws.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="parameters">Of each model; null where all are fixed.</param>
    /// <returns>Scores of every model, with ceiling and variances.</returns>
    /// <exception cref="ArgumentException">No model, one that must be fitted, data of other stimuli, or too few draws of three different
    /// stimuli.</exception>
    public static RdmScores Bootstrap(IReadOnlyList<RdmModel> models, RdmSet data, RdmComparator comparator,
        RdmResampling resampling = RdmResampling.Dual, int draws = 1000, uint seed = SimilarityMetrics.Seed,
        IReadOnlyList<IReadOnlyList<double>>? parameters = null) =>
        Bootstrap(models, data, comparator, resampling, BootstrapDraw.Draw(data, resampling, draws, seed), parameters);

    /// <summary>The same with draws made elsewhere.</summary>
    /// <param name="models">The models.</param>
    /// <param name="data">A matrix for each subject.</param>
    /// <param name="comparator">How they are compared.</param>
    /// <param name="resampling">What was drawn.</param>
    /// <param name="draws">The draws.</param>
    /// <param name="parameters">Of each model; null where all are fixed.</param>
    /// <returns>Scores of every model, with ceiling and variances.</returns>
    /// <exception cref="ArgumentException">As above.</exception>
    public static RdmScores Bootstrap(IReadOnlyList<RdmModel> models, RdmSet data, RdmComparator comparator, RdmResampling resampling,
        IReadOnlyList<BootstrapDraw> draws, IReadOnlyList<IReadOnlyList<double>>? parameters = null)
    {
        ArgumentNullException.ThrowIfNull(draws);
        var predictions = Predictions(models, data, parameters);
        BootstrapDraw[] kept = [.. draws.Where(draw => draw.Stimuli.Distinct().Count() >= FewestStimuli)];
        if (kept.Length < 2)
        {
            throw new ArgumentException(
                $"{kept.Length} of {draws.Count} draws hold {FewestStimuli} different stimuli; take more draws or stimuli.", nameof(draws));
        }

        double[][] Scores(Func<BootstrapDraw, BootstrapDraw> reduced) =>
            [.. kept.Select(draw => Score(predictions, data, comparator, reduced(draw)))];
        double[][][] sets = [.. Reductions(data, resampling).Select(Scores)];
        var covariances = Array.ConvertAll(sets, set => Covariance(Transposed(set)));

        // with subjects drawn alone rsatoolbox takes the ceiling as given
        return Summary(models, data, comparator, resampling, sets, resampling == RdmResampling.Subjects
            ? [covariances[0].SubMatrix(0, models.Count, 0, models.Count)]
            : covariances);
    }

    /// <summary>What the corrected bootstrap makes of a draw: both, subjects alone, stimuli alone; otherwise the draw as it is.</summary>
    internal static Func<BootstrapDraw, BootstrapDraw>[] Reductions(RdmSet data, RdmResampling resampling)
    {
        var (subjects, stimuli) = (Enumerable.Range(0, data.Count).ToArray(), data.Stimuli);
        return resampling == RdmResampling.Dual
            ? [draw => draw, draw => draw with { Stimuli = stimuli }, draw => draw with { Subjects = subjects }]
            : [draw => draw];
    }

    /// <summary>Scores from draws.</summary>
    /// <param name="models">The models.</param>
    /// <param name="data">What was drawn from.</param>
    /// <param name="comparator">How they were compared.</param>
    /// <param name="resampling">What was drawn.</param>
    /// <param name="sets">For each of <see cref="Reductions"/> and each draw the score of every model and the two bounds.</param>
    /// <param name="covariances">Of each set's columns; without the bounds where they are taken as given.</param>
    internal static RdmScores Summary(IReadOnlyList<RdmModel> models, RdmSet data, RdmComparator comparator, RdmResampling resampling,
        double[][][] sets, Matrix<double>[] covariances)
    {
        double[][] scores = [.. sets[0].Select((row, draw) => row.Select((_, place) => sets.Average(set => set[draw][place])).ToArray())];
        var (ofSubjects, ofStimuli) = (resampling == RdmResampling.Stimuli ? (int?)null : data.Count,
            resampling == RdmResampling.Subjects ? (int?)null : data.StimulusCount);
        var variances = resampling == RdmResampling.Dual
            ? RdmVariances.Dual(covariances, models.Count, data.Count, data.StimulusCount)
            : RdmVariances.Of(covariances[0], models.Count, ofSubjects, ofStimuli);
        var ceiling = new RdmNoiseCeiling(scores.Average(row => row[^2]), scores.Average(row => row[^1]));
        return new RdmScores(Names(models), comparator, [.. scores.Select(row => row[..^2])], ceiling,
            Math.Min(ofSubjects ?? int.MaxValue, ofStimuli ?? int.MaxValue) - 1, variances, bootstrapped: true);
    }

    /// <summary>The mean comparison of every model with a draw, then the bounds of its noise ceiling.</summary>
    private static double[] Score(RdmSet[] predictions, RdmSet data, RdmComparator comparator, BootstrapDraw draw)
    {
        var drawn = draw.Of(data);
        var (lower, upper) = RdmNoiseCeiling.Of(drawn, comparator);
        return [.. predictions.Select(prediction => RdmComparison.Mean(RdmModel.For(drawn, prediction), drawn, comparator)), lower, upper];
    }

    private static RdmSet[] Predictions(
        IReadOnlyList<RdmModel> models, RdmSet data, IReadOnlyList<IReadOnlyList<double>>? parameters)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(data);
        if (models.Count == 0 || (parameters is not null && parameters.Count != models.Count))
        {
            throw new ArgumentException(
                $"There are {models.Count} models and {parameters?.Count ?? 0} lists of parameters; expected one or more, and a "
                + "list for each.",
                nameof(models));
        }

        if (parameters is null && models.FirstOrDefault(model => !model.IsFixed) is { } open)
        {
            throw new ArgumentException(
                $"{open.Name} has parameters: fit it to other data and give them, or its score would be of data it was fitted to.",
                nameof(models));
        }

        return [.. models.Select((model, place) => model.PredictFor(data, parameters?[place] ?? []))];
    }

    private static string[] Names(IReadOnlyList<RdmModel> models) => [.. models.Select(model => model.Name)];

    internal static double[][] Transposed(double[][] rows) =>
        [.. Enumerable.Range(0, rows[0].Length).Select(column => Array.ConvertAll(rows, row => row[column]))];

    /// <summary>Covariance (of n - 1) between rows.</summary>
    internal static Matrix<double> Covariance(double[][] rows)
    {
        var centred = Matrix<double>.Build.DenseOfRows(rows.Select(Centred));
        return centred.TransposeAndMultiply(centred) / (rows[0].Length - 1);
    }

    private static IEnumerable<double> Centred(double[] row)
    {
        var mean = row.Average();
        return row.Select(value => value - mean);
    }
}
