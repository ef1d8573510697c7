using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>
/// A measure of how alike two sets of responses to the same stimuli are. The costly part, <see cref="RepresentModel"/> and
/// <see cref="RepresentNeural"/>, is done once per layer and per region; <see cref="Compare"/> is then cheap for every pair.
/// Everything is computed in float64 unless a metric is told otherwise. Silent, constant or non-finite responses are reported as undefined
/// and never scored.
/// </summary>
public abstract class SimilarityMetric
{
    private const int FewestRows = 3;

    /// <summary>Names the metric.</summary>
    /// <param name="name">A short name, as on the command line.</param>
    protected SimilarityMetric(string name) => Name = name;

    /// <summary>A short name, as on the command line.</summary>
    public string Name { get; }

    /// <summary>What the metric keeps of a model's layer.</summary>
    /// <param name="model">Rows are stimuli.</param>
    /// <returns>What <see cref="Compare"/> takes; the caller disposes it.</returns>
    public Representation RepresentModel(ResponseMatrix model) => Guarded(model, MakeModel);

    /// <summary>What the metric keeps of a population of neurons.</summary>
    /// <param name="neural">Rows are stimuli, in the order of the model's.</param>
    /// <returns>What <see cref="Compare"/> takes; the caller disposes it.</returns>
    public Representation RepresentNeural(ResponseMatrix neural) => Guarded(neural, MakeNeural);

    /// <summary>Compares what was kept.</summary>
    /// <param name="model">From <see cref="RepresentModel"/> of this metric.</param>
    /// <param name="neural">From <see cref="RepresentNeural"/> of this metric.</param>
    /// <returns>The score, or why there is none.</returns>
    /// <exception cref="ArgumentException">The two have different numbers of stimuli.</exception>
    public SimilarityScore Compare(Representation model, Representation neural)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(neural);
        if ((model.Undefined ?? neural.Undefined) is { } reason)
        {
            return SimilarityScore.None(Name, reason);
        }

        SameRows(model.Name, model.Rows, neural.Name, neural.Rows);
        if (model.Rows < FewestRows)
        {
            return SimilarityScore.None(Name, $"{model.Rows} stimuli are too few; at least {FewestRows} are compared");
        }

        using var scope = NewDisposeScope();
        return CompareDefined(model, neural);
    }

    /// <summary>Represents both sides and compares them.</summary>
    /// <param name="model">The model's responses.</param>
    /// <param name="neural">The neurons', to the same stimuli in the same order.</param>
    /// <returns>The score, or why there is none.</returns>
    /// <exception cref="ArgumentException">The two have different numbers of stimuli.</exception>
    public SimilarityScore Score(ResponseMatrix model, ResponseMatrix neural)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(neural);
        SameRows(model.Name, model.Rows, neural.Name, neural.Rows);
        using var ofModel = RepresentModel(model);
        using var ofNeural = RepresentNeural(neural);
        return Compare(ofModel, ofNeural);
    }

    /// <summary>The same on tensors in memory.</summary>
    /// <param name="model">[S, ...].</param>
    /// <param name="neural">[S, neurons].</param>
    /// <returns>The score, or why there is none.</returns>
    /// <exception cref="ArgumentException">The two have different numbers of stimuli.</exception>
    public SimilarityScore Score(Tensor model, Tensor neural)
    {
        using var ofModel = ResponseMatrix.FromTensor(model, "the model's responses");
        using var ofNeural = ResponseMatrix.FromTensor(neural, "the neural responses");
        return Score(ofModel, ofNeural);
    }

    /// <summary>What is kept of a model's layer whose responses are finite and differ between stimuli.</summary>
    /// <param name="model">Rows are stimuli.</param>
    /// <param name="summary">Its sums, and what else one pass over it told.</param>
    /// <returns>The representation; an undefined one where there is a reason for none.</returns>
    protected abstract Representation MakeModel(ResponseMatrix model, ResponseSummary summary);

    /// <summary>The same of a population of neurons.</summary>
    /// <param name="neural">Rows are stimuli.</param>
    /// <param name="summary">Its sums, and what else one pass over it told.</param>
    /// <returns>The representation; an undefined one where there is a reason for none.</returns>
    protected abstract Representation MakeNeural(ResponseMatrix neural, ResponseSummary summary);

    /// <summary>Compares two representations that are defined, of as many stimuli, three or more; in a dispose scope of its own.</summary>
    /// <param name="model">From <see cref="MakeModel"/>.</param>
    /// <param name="neural">From <see cref="MakeNeural"/>.</param>
    /// <returns><see cref="SimilarityScore.Of"/> or <see cref="SimilarityScore.None"/>.</returns>
    protected abstract SimilarityScore CompareDefined(Representation model, Representation neural);

    private static Representation Guarded(ResponseMatrix responses, Func<ResponseMatrix, ResponseSummary, Representation> make)
    {
        ArgumentNullException.ThrowIfNull(responses);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var summary = ResponseSummary.Of(responses);
        return summary.Undefined is { } reason ? new Representation(responses.Name, reason) : make(responses, summary);
    }

    private static void SameRows(string model, long modelRows, string neural, long neuralRows)
    {
        if (modelRows != neuralRows)
        {
            throw new ArgumentException(
                $"{model} has {modelRows} rows and {neural} has {neuralRows}: rows are stimuli, the same ones in the same order on both "
                + "sides.");
        }
    }
}
