namespace SnnNotebooks.Similarity.Rdms;

/// <summary>One fold: models are fitted to some subjects and stimuli and scored on others.</summary>
/// <param name="FitSubjects">Subjects a model is fitted to, as in <see cref="RdmSet.Subjects"/>; one drawn twice comes twice.</param>
/// <param name="TestSubjects">Subjects it is scored on.</param>
/// <param name="FitStimuli">Stimuli a model is fitted to, as in <see cref="RdmSet.Stimuli"/>.</param>
/// <param name="TestStimuli">Stimuli it is scored on, three or more.</param>
public sealed record RdmFold(
    IReadOnlyList<int> FitSubjects, IReadOnlyList<int> TestSubjects, IReadOnlyList<int> FitStimuli, IReadOnlyList<int> TestStimuli);

/// <summary>Scores of fitted models on what they were not fitted to.</summary>
/// <param name="Models">Names of the models.</param>
/// <param name="Scores">For each fold the mean comparison of every model.</param>
/// <param name="Means">The mean over folds.</param>
/// <param name="Ceiling">Its lower bound is the pool of the subjects a model could be fitted to, on the stimuli it is scored on; its upper
/// one the pool of all.</param>
public sealed record RdmCrossValidated(
    IReadOnlyList<string> Models, IReadOnlyList<IReadOnlyList<double>> Scores, IReadOnlyList<double> Means, RdmNoiseCeiling Ceiling);

/// <summary>Cross-validation over subjects and stimuli at once, for models with parameters (as rsatoolbox's <c>crossval</c>).</summary>
public static class RdmCrossValidation
{
    private const int FewestStimuli = 3; // of a part

    /// <summary>Parts of subjects times parts of stimuli.</summary>
    /// <param name="data">What is cut.</param>
    /// <param name="subjectParts">Number of parts; 1 fits to the subjects that are scored.</param>
    /// <param name="stimulusParts">Number of parts; 1 fits to the stimuli that are scored.</param>
    /// <param name="seed">Order in which they are dealt; null for their own.</param>
    /// <returns>Subjects and stimuli to fit and to test with, fold by fold.</returns>
    /// <exception cref="ArgumentException">A part would be without subjects, or have fewer than three stimuli.</exception>
    public static IReadOnlyList<RdmFold> Folds(RdmSet data, int subjectParts, int stimulusParts, uint? seed = SimilarityMetrics.Seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(subjectParts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(stimulusParts, 1);
        return CanBeCut(data, subjectParts, stimulusParts)
            ? Cut(data, subjectParts, stimulusParts, seed is { } start ? new NumpyRandom(start) : null)
            : throw new ArgumentException(
                $"{data.Count} subjects and {data.StimulusCount} stimuli cannot be cut into {subjectParts} and {stimulusParts} parts of a "
                + $"subject and {FewestStimuli} stimuli or more.");
    }

    /// <summary>Fits every model in every fold and scores it there.</summary>
    /// <param name="models">The models.</param>
    /// <param name="data">A matrix for each subject.</param>
    /// <param name="comparator">How they are compared, in the fit and in the score.</param>
    /// <param name="folds">Of <see cref="Folds"/>.</param>
    /// <returns>Scores of every model in every fold, with ceiling.</returns>
    /// <exception cref="ArgumentException">No model or no fold, or a model that does not fit the data.</exception>
    public static RdmCrossValidated Score(
        IReadOnlyList<RdmModel> models, RdmSet data, RdmComparator comparator, IReadOnlyList<RdmFold> folds)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(folds);
        if (models.Count == 0 || folds.Count == 0)
        {
            throw new ArgumentException($"There are {models.Count} models and {folds.Count} folds; expected one or more of both.");
        }

        var pool = RdmPool.Of(data, comparator);
        double[][] scores = [.. folds.Select(fold =>
        {
            var (fit, test) = (Part(data, fold.FitSubjects, fold.FitStimuli), Part(data, fold.TestSubjects, fold.TestStimuli));
            return models.Select(
                model => RdmComparison.Mean(model.PredictFor(test, model.Fit(fit, comparator)), test, comparator)).ToArray();
        })];
        var (lower, upper) = (0.0, 0.0);
        foreach (var fold in folds)
        {
            var test = Part(data, fold.TestSubjects, fold.TestStimuli);
            var others = RdmPool.Of(Part(data, fold.FitSubjects, fold.TestStimuli), comparator);
            lower += RdmComparison.Mean(others, test, comparator) / folds.Count;
            upper += RdmComparison.Mean(pool.SelectStimuli(fold.TestStimuli), test, comparator) / folds.Count;
        }

        return new RdmCrossValidated([.. models.Select(model => model.Name)], scores,
            [.. Enumerable.Range(0, models.Count).Select(model => scores.Average(row => row[model]))], new RdmNoiseCeiling(lower, upper));
    }

    /// <summary>Whether every part would have a subject and three stimuli.</summary>
    internal static bool CanBeCut(RdmSet data, int subjectParts, int stimulusParts) =>
        data.Subjects.Distinct().Count() >= subjectParts && data.Stimuli.Distinct().Count() >= FewestStimuli * stimulusParts;

    /// <summary>Parts of different subjects times parts of different stimuli, dealt in an order drawn here; null for their own.</summary>
    internal static IReadOnlyList<RdmFold> Cut(RdmSet data, int subjectParts, int stimulusParts, NumpyRandom? random) =>
        [.. Parts(Dealt([.. data.Subjects.Distinct().Order()], random), subjectParts).SelectMany(subjects =>
            Parts(Dealt([.. data.Stimuli.Distinct()], random), stimulusParts).Select(
                stimuli => new RdmFold(subjects.Fit, subjects.Test, stimuli.Fit, stimuli.Test)))];

    private static RdmSet Part(RdmSet data, IReadOnlyList<int> subjects, IReadOnlyList<int> stimuli)
    {
        var rows = data.Subjects.Select((subject, row) => (subject, row)).ToLookup(found => found.subject, found => found.row);
        return data.Select([.. subjects.SelectMany(subject => rows[subject])]).SelectStimuli(stimuli);
    }

    private static int[] Dealt(int[] all, NumpyRandom? random)
    {
        random?.Shuffle(all.AsSpan());
        return all;
    }

    /// <summary>Runs of equal length; what is over goes one each to the first parts, from the end.</summary>
    private static IEnumerable<(int[] Fit, int[] Test)> Parts(int[] all, int count)
    {
        var (size, over) = (all.Length / count, all.Length % count);
        for (var part = 0; part < count; part++)
        {
            int[] test = [.. all[(part * size)..((part + 1) * size)], .. part < over ? new[] { all[^(part + 1)] } : []];
            yield return (count == 1 ? test : [.. all.Except(test)], test);
        }
    }
}
