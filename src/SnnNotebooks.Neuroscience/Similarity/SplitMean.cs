namespace SnnNotebooks.Similarity;

/// <summary>
/// Another metric on parts of the stimuli, as Brain-Score's cross-validated RDM and CKA metrics have it: nine tenths of the stimuli,
/// drawn anew for each split; the score is the mean over splits, the parts are the scores of the splits. Nothing is fitted, so the tenth
/// that is left is not used. Splits are scikit-learn's and follow the order of the stimuli.
/// </summary>
public sealed class SplitMean : SimilarityMetric
{
    private const double Compared = 0.9;

    private readonly SimilarityMetric metric;
    private readonly int splits;
    private readonly IReadOnlyList<string>? labels;
    private readonly uint seed;

    /// <summary>Makes the metric.</summary>
    /// <param name="name">As on the command line.</param>
    /// <param name="metric">What is computed on each part; its representation must not depend on which stimuli are there.</param>
    /// <param name="splits">How many parts are drawn.</param>
    /// <param name="labels">The object of each stimulus, to have its share in every part; null for parts at random.</param>
    /// <param name="seed">Seed of the parts; 1 in Brain-Score.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one split.</exception>
    public SplitMean(
        string name, SimilarityMetric metric, int splits = 10, IReadOnlyList<string>? labels = null, uint seed = SimilarityMetrics.Seed)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentOutOfRangeException.ThrowIfLessThan(splits, 1);
        (this.metric, this.splits, this.labels, this.seed) = (metric, splits, labels, seed);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">There are not as many labels as stimuli.</exception>
    protected override Representation MakeModel(ResponseMatrix model, ResponseSummary summary)
    {
        ArgumentNullException.ThrowIfNull(model);
        return labels is null || labels.Count == model.Rows
            ? metric.RepresentModel(model)
            : throw new ArgumentException(
                $"There are {labels.Count} labels for the {model.Rows} stimuli of {model.Name}: give one for each, in the same order.");
    }

    /// <inheritdoc/>
    protected override Representation MakeNeural(ResponseMatrix neural, ResponseSummary summary) => metric.RepresentNeural(neural);

    /// <inheritdoc/>
    protected override SimilarityScore CompareDefined(Representation model, Representation neural)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(neural);
        var left = model.Rows - (int)Math.Ceiling(Compared * model.Rows);
        if (left == 0)
        {
            return SimilarityScore.None(Name, $"of {model.Rows} stimuli none is left out: take 10 or more");
        }

        string[]? own = labels is null ? null : [.. model.Stimuli.Select(stimulus => labels[stimulus])];
        if (own is not null && ShuffledSplits.Undefined(own, left) is { } reason)
        {
            return SimilarityScore.None(Name, reason);
        }

        var drawn = own is null ? ShuffledSplits.Draw(model.Rows, splits, left, seed) : ShuffledSplits.Draw(own, splits, left, seed);
        SimilarityScore[] scores = [.. drawn.Select(split =>
        {
            using var ofModel = model.Select(split.Held);
            using var ofNeural = neural.Select(split.Held);
            return metric.Compare(ofModel, ofNeural);
        })];
        return Array.Find(scores, score => score.Value is null) is { } without
            ? SimilarityScore.None(Name, without.Undefined!)
            : SimilarityScore.Of(Name, scores.Average(score => score.OrNaN), [.. scores.Select(score => score.OrNaN)]);
    }
}
