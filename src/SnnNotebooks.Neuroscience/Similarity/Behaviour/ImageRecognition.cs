namespace SnnNotebooks.Similarity.Behaviour;

/// <summary>
/// Brain-Score's <c>i2n</c>: whether a model confuses the same objects in the same images as subjects do, image by image, beyond what the
/// objects alone explain (R. Rajalingham et al., 2018, J. Neurosci. 38; M. Schrimpf et al., 2018, doi:10.1101/407007). The published
/// scores of AlexNet (0.253), ResNet-34 (0.37787) and ResNet-18 (0.3638) are of trials of people that do not ship.
/// </summary>
public static class ImageRecognition
{
    private const string Name = "i2n";
    private const uint Seed = 0; // the same halves for scores and ceilings
    private const int Repetitions = 2;

    /// <summary>
    /// Pearson's correlation of normalised d' over images and distractors, the mean over two random halves of the trials.
    /// </summary>
    /// <param name="model">Probabilities for every image that subjects saw.</param>
    /// <param name="trials">The subjects' trials.</param>
    /// <returns>The score, its parts the halves; undefined where a half lacks an image or an object, or nothing varies.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit, a probability is negative or not finite, or a truth is no object of the
    /// model.</exception>
    public static SimilarityScore Score(RecognitionProbabilities model, IReadOnlyList<RecognitionTrial> trials)
    {
        ArgumentNullException.ThrowIfNull(model);
        Check(model);
        Check(trials);
        var source = ImageConfusions.Of(model).Discriminability();
        return Repeated(trials, halves => Correlate(source, ImageConfusions.Of(halves.First).Discriminability()));
    }

    /// <summary>One half of the trials against the other.</summary>
    /// <param name="trials">The subjects' trials.</param>
    /// <returns>As <see cref="Score"/>.</returns>
    /// <exception cref="ArgumentException">There are fewer than two trials, or a choice was not offered.</exception>
    public static SimilarityScore Ceiling(IReadOnlyList<RecognitionTrial> trials)
    {
        Check(trials);
        return Repeated(trials, halves => Correlate(
            ImageConfusions.Of(halves.First).Discriminability(), ImageConfusions.Of(halves.Second).Discriminability()));
    }

    private static SimilarityScore Repeated(
        IReadOnlyList<RecognitionTrial> trials, Func<(RecognitionTrial[] First, RecognitionTrial[] Second), SimilarityScore> score)
    {
        var random = new NumpyRandom(Seed);
        var parts = new List<double>();
        for (var repetition = 0; repetition < Repetitions; repetition++)
        {
            RecognitionTrial[] shuffled = [.. random.Permutation(trials.Count).Select(trial => trials[trial])];
            if (score((shuffled[..(trials.Count / 2)], shuffled[(trials.Count / 2)..])) is var found && found.Value is not { } value)
            {
                return found;
            }

            parts.Add(value);
        }

        return SimilarityScore.Of(Name, parts.Average(), parts);
    }

    private static SimilarityScore Correlate(ImageConfusions source, ImageConfusions target)
    {
        var rows = source.Images.Select((image, row) => (image, row)).ToDictionary(found => found.image, found => found.row);
        var columns = source.Objects.Select((name, column) => (name, column)).ToDictionary(found => found.name, found => found.column);
        if (Array.Find(target.Images, image => !rows.ContainsKey(image)) is { } lost || rows.Count != target.Images.Length)
        {
            return SimilarityScore.None(Name,
                $"one side has {source.Images.Length} images and the other {target.Images.Length}, not the same ones: take "
                + "more trials of each");
        }

        if (!columns.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(target.Objects))
        {
            return SimilarityScore.None(Name, "an object was never chosen on one side: take more trials");
        }

        var (a, b) = (new List<double>(), new List<double>());
        for (var image = 0; image < target.Images.Length; image++)
        {
            for (var place = 0; place < target.Objects.Length; place++)
            {
                if (!double.IsNaN(target.Rates[image][place]))
                {
                    a.Add(source.Rates[rows[target.Images[image]]][columns[target.Objects[place]]]);
                    b.Add(target.Rates[image][place]);
                }
            }
        }

        return a.Exists(double.IsNaN)
            ? SimilarityScore.None(
                Name, "one side has no d' where the other has one (an object that was always or never confused, or not offered)")
            : SimilarityScore.Of(Name, RankCorrelation.Pearson([.. a], [.. b]));
    }

    private static void Check(IReadOnlyList<RecognitionTrial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        if (trials.Count < 2)
        {
            throw new ArgumentException($"There are {trials.Count} trials; they are compared by halves.", nameof(trials));
        }

        if (trials.FirstOrDefault(trial => trial.Choice != trial.Truth && trial.Choice != trial.Distractor) is { } strange)
        {
            throw new ArgumentException(
                $"'{strange.Choice}' was chosen for image '{strange.Image}', where '{strange.Truth}' and '{strange.Distractor}' were "
                + "offered.",
                nameof(trials));
        }
    }

    private static void Check(RecognitionProbabilities model)
    {
        if (model.Truths.Count != model.Images.Count || model.Values.Count != model.Images.Count
            || model.Values.Any(row => row.Count != model.Objects.Count))
        {
            throw new ArgumentException(
                $"There are {model.Images.Count} images, {model.Truths.Count} truths and {model.Values.Count} rows of probabilities for "
                + $"{model.Objects.Count} objects; expected as many of each and a row [objects] for each image.", nameof(model));
        }

        if (model.Values.Any(row => row.Any(p => !(p >= 0) || double.IsInfinity(p))))
        {
            throw new ArgumentException("A probability is negative, NaN or infinite.", nameof(model));
        }

        if (model.Truths.FirstOrDefault(truth => !model.Objects.Contains(truth)) is { } unknown)
        {
            throw new ArgumentException($"'{unknown}' is shown, but the model has no probability for it.", nameof(model));
        }
    }
}
