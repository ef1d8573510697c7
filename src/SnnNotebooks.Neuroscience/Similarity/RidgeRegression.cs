using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>What is held out while a regression is fitted.</summary>
public enum Validation
{
    /// <summary>One stimulus at a time (as many folds as stimuli), in closed form.</summary>
    LeaveOneOut,

    /// <summary>One fold at a time.</summary>
    Folds,

    /// <summary>Nothing: the fit is scored on what it was fitted to.</summary>
    InSample,
}

/// <summary>How predicted and measured responses of one neuron are compared.</summary>
public enum RegressionScore
{
    /// <summary>Pearson's correlation over stimuli.</summary>
    Pearson,

    /// <summary>The share of variance explained, 1 - sum of squared errors / sum of squares about the mean.</summary>
    R2,
}

/// <summary>The settings of a <see cref="RidgeRegression"/>.</summary>
/// <param name="Components">Components that wider model responses are reduced to.</param>
/// <param name="Alpha">Penalty on the squared weights; the intercept is free.</param>
/// <param name="Method">How the model responses are reduced.</param>
/// <param name="Validation">What is held out.</param>
/// <param name="Folds">Number of folds, where <paramref name="Validation"/> asks for folds.</param>
/// <param name="ReduceInsideFolds">Whether the reduction, too, is fitted without the held-out stimuli; the papers' code fits it on all of
/// them, a mild leak.</param>
/// <param name="Score">How a neuron is scored.</param>
/// <param name="Seed">Seed of the folds and of the randomised reduction.</param>
public sealed record RidgeOptions(
    int Components = 40,
    double Alpha = 1,
    ReductionMethod Method = ReductionMethod.Exact,
    Validation Validation = Validation.LeaveOneOut,
    int Folds = 10,
    bool ReduceInsideFolds = false,
    RegressionScore Score = RegressionScore.Pearson,
    uint Seed = SimilarityMetrics.Seed)
{
    /// <summary>Linear encoding of arXiv:2303.06060: truncated SVD, ridge, leave-one-out, mean correlation over neurons.</summary>
    public static RidgeOptions Encoding { get; } = new();

    /// <summary>Appendix F of arXiv:2306.01354: principal components, ridge, R2 in-sample, mean over neurons.</summary>
    public static RidgeOptions InSampleR2 { get; } = new(
        Method: ReductionMethod.Principal, Validation: Validation.InSample, Score: RegressionScore.R2);
}

/// <summary>
/// How well the neurons' responses follow from a few components of the model's by ridge regression; the score is the mean over
/// neurons. It is undefined where a neuron does not vary, and, in-sample, where the components are as many as the stimuli less one: any
/// responses follow from them then, up to the penalty.
/// </summary>
public sealed class RidgeRegression : SimilarityMetric
{
    private const long NeuronsAtOnce = 4096;

    private readonly RidgeOptions options;

    /// <summary>Makes the metric.</summary>
    /// <param name="options">Its settings; linear encoding where none are given.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one component, a penalty that is not positive, or fewer than two
    /// folds.</exception>
    /// <exception cref="ArgumentException">The reduction is to be fitted inside folds, and there are none, or it is randomised.</exception>
    public RidgeRegression(RidgeOptions? options = null)
        : base((options ?? RidgeOptions.Encoding).Score == RegressionScore.Pearson ? "regression" : "r2")
    {
        this.options = options ?? RidgeOptions.Encoding;
        SimilarityMetrics.Positive(this.options.Components);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(this.options.Alpha);
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.Folds, 2);
        if (this.options.ReduceInsideFolds
            && (this.options.Validation == Validation.InSample || this.options.Method == ReductionMethod.Randomised))
        {
            throw new ArgumentException(
                "A reduction inside the folds needs folds (not in-sample), and is exact or principal, not randomised.", nameof(options));
        }
    }

    /// <inheritdoc/>
    protected override Representation MakeModel(ResponseMatrix model, ResponseSummary summary) => new(
        model.Name,
        options.ReduceInsideFolds
            ? Reduction.Factor(model, centred: false)
            : Reduction.Reduce(model, options.Components, options.Method, options.Seed),
        pairwise: false);

    /// <inheritdoc/>
    protected override Representation MakeNeural(ResponseMatrix neural, ResponseSummary summary) =>
        new(neural.Name, neural.ToTensor(), pairwise: false);

    /// <inheritdoc/>
    protected override SimilarityScore CompareDefined(Representation model, Representation neural)
    {
        if (NeuronColumns.Undefined(neural) is { } reason)
        {
            return SimilarityScore.None(Name, reason);
        }

        if (options.Validation == Validation.Folds && options.Folds > model.Rows)
        {
            return SimilarityScore.None(Name, $"{model.Rows} stimuli do not make {options.Folds} folds");
        }

        if (options.Validation == Validation.InSample && Rank(model.Values) >= model.Distinct - 1)
        {
            return SimilarityScore.None(
                Name,
                $"{model.Distinct} different stimuli are too few: the components of {model.Name} fit any responses to them. Take more "
                + $"stimuli than {Math.Min(options.Components, model.Values.shape[1]) + 1}, fewer components, or hold stimuli out (folds)");
        }

        var predictor = model.Kept(() => Predictor(model.Values));
        var neurons = neural.Values.shape[1];
        var scores = new List<double>();
        for (long start = 0; start < neurons; start += NeuronsAtOnce)
        {
            using var scope = NewDisposeScope();
            var measured = neural.Values.narrow(1, start, Math.Min(NeuronsAtOnce, neurons - start));
            scores.AddRange(Scores(measured, predictor.Predict(measured)).Numbers<double>());
        }

        return scores.Exists(double.IsNaN)
            ? SimilarityScore.None(Name, $"the predictions of {scores.Count(double.IsNaN)} neurons do not vary over the stimuli")
            : SimilarityScore.Of(Name, scores.Average(), scores);
    }

    /// <summary>The directions in which centred components vary.</summary>
    private static long Rank(Tensor components)
    {
        using var scope = NewDisposeScope();
        return linalg.matrix_rank(components - components.mean([0], keepdim: true)).item<long>();
    }

    private Tensor Scores(Tensor measured, Tensor predicted)
    {
        if (options.Score == RegressionScore.Pearson)
        {
            return NeuronColumns.Pearson(predicted, measured);
        }

        var y = measured - measured.mean([0], keepdim: true);
        return 1 - ((measured - predicted).square().sum([0]) / y.square().sum([0]));
    }

    private RidgePredictor Predictor(Tensor x)
    {
        var rows = (int)x.shape[0];
        return options.Validation == Validation.Folds || options.ReduceInsideFolds
            ? RidgePredictor.HeldOut(
                x, KFold.Split(rows, options.Validation == Validation.Folds ? options.Folds : rows, options.Seed), options)
            : RidgePredictor.Whole(x, options);
    }
}
