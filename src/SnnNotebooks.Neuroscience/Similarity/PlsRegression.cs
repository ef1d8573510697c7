using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>
/// Brain-Score's neural predictivity (M. Schrimpf et al., 2018, doi:10.1101/407007): partial least squares maps the model's responses to
/// the neurons', fitted to 90 % of the stimuli and scored on the others; Pearson's correlation of each neuron, the median over neurons, the
/// mean over splits (the score's parts). Fits and splits are those of scikit-learn. Undefined where a neuron does not vary, or where fewer
/// than three stimuli are held out: a correlation over two is 1 or -1. A neuron that does not vary among the stimuli held out in one
/// split has no part in that split's median. The splits follow the order of the stimuli. <see cref="RepeatHalves"/> gives the ceiling.
/// </summary>
public sealed class PlsRegression : SimilarityMetric
{
    private const double Seen = 0.9;
    private const int FewestHeld = 3;

    private readonly PlsOptions options;

    /// <summary>Makes the metric.</summary>
    /// <param name="options">Its settings; Brain-Score's where none are given.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one component or split.</exception>
    public PlsRegression(PlsOptions? options = null)
        : base("pls")
    {
        this.options = options ?? new PlsOptions();
        SimilarityMetrics.Positive(this.options.Components);
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.Splits, 1);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are not as many labels as stimuli.</exception>
    protected override Representation MakeModel(ResponseMatrix model, ResponseSummary summary)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (options.Labels is { } labels && labels.Count != model.Rows)
        {
            throw new ArgumentException(
                $"There are {labels.Count} labels for the {model.Rows} stimuli of {model.Name}: give one for each, in the same order.");
        }

        // rotations of the features do not matter, so a wide layer is kept as a factor of its inner products
        var kept = model.Columns > model.Rows ? Reduction.Factor(model, centred: false) : model.ToTensor();
        return new Representation(model.Name, kept, pairwise: false);
    }

    /// <inheritdoc/>
    protected override Representation MakeNeural(ResponseMatrix neural, ResponseSummary summary)
    {
        ArgumentNullException.ThrowIfNull(neural);
        return new Representation(neural.Name, neural.ToTensor(), pairwise: false);
    }

    /// <inheritdoc/>
    protected override SimilarityScore CompareDefined(Representation model, Representation neural)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(neural);
        string[]? labels = options.Labels is { } given ? [.. model.Stimuli.Select(stimulus => given[stimulus])] : null;
        var seen = ShuffledSplits.SeenOf(model.Rows, Seen);
        var unlabelled = labels is null ? null : ShuffledSplits.Undefined(labels, seen);
        if ((NeuronColumns.Undefined(neural) ?? TooFew(model.Rows) ?? unlabelled) is { } reason)
        {
            return SimilarityScore.None(Name, reason);
        }

        var splits = labels is null
            ? ShuffledSplits.Draw(model.Rows, options.Splits, seen, options.Seed)
            : ShuffledSplits.Draw(labels, options.Splits, seen, options.Seed);
        double[] medians = [.. splits.Select(split => Median(model.Values, neural.Values, split.Seen, split.Held))];
        return medians.Count(double.IsNaN) is var lost and > 0
            ? SimilarityScore.None(Name,
                $"in {lost} of {medians.Length} splits no neuron or no prediction varies over the held-out stimuli")
            : SimilarityScore.Of(Name, medians.Average(), medians);
    }

    private static string? TooFew(int stimuli) => stimuli - ShuffledSplits.SeenOf(stimuli, Seen) is var held and < FewestHeld
        ? $"of {stimuli} stimuli {held} are held out, too few for a correlation: take 21 stimuli or more"
        : null;

    private double Median(Tensor model, Tensor neural, int[] seen, int[] held)
    {
        using var scope = NewDisposeScope();
        var (train, test) = (tensor(Array.ConvertAll(seen, row => (long)row)), tensor(Array.ConvertAll(held, row => (long)row)));
        var (seenModel, seenNeural, unseen) = (model.index_select(0, train), neural.index_select(0, train), model.index_select(0, test));
        var predicted = PartialLeastSquares.Predict(seenModel, seenNeural, unseen, options.Components);
        return NeuronColumns.Median(NeuronColumns.Pearson(predicted, neural.index_select(0, test)));
    }
}
