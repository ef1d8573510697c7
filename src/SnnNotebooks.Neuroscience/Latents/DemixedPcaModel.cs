using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// Demixed principal component analysis (D. Kobak, W. Brendel et al., eLife 5, 2016): mean responses to the conditions of an experiment are
/// taken apart into what time, each factor and each combination of factors does (time's interplay with a factor counts as the factor's),
/// and each part is foretold from the whole by a reduced-rank regression. Every axis so belongs to one part. Regularised by ridge, chosen
/// by cross-validation, and by the covariance of single trials, as neurons recorded together have it.
/// </summary>
public sealed class DemixedPcaModel : ISupervisedLatentModel
{
    private const int Stream = 94;

    private readonly DemixedPcaOptions options;
    private readonly Smoothing smoothing;
    private Tensor? mean; // [N]
    private Tensor? decoders; // [N, D]
    private Tensor? encoders; // [D, N]
    private double floor; // of what is reconstructed

    /// <summary>Creates a model that has not been fitted.</summary>
    /// <param name="options">Sizes and regularisation.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public DemixedPcaModel(DemixedPcaOptions? options = null)
    {
        this.options = options ?? new DemixedPcaOptions();
        smoothing = this.options.Smoothing ?? Smoothing.None;
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.Components, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.MostAxes ?? 1, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.Repetitions, 1, nameof(options));
        if (!((this.options.Regularisation ?? 0) >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(options), this.options.Regularisation, "Expected a regularisation of at least 0.");
        }
    }

    /// <summary>The values of lambda that the cross-validation chooses from, as published.</summary>
    public static IReadOnlyList<double> Candidates { get; } = [.. Enumerable.Range(0, 26).Select(step => 1e-7 * Math.Pow(1.5, step))];

    /// <inheritdoc/>
    public string Name => $"dPCA {options.Components} a part ({smoothing.Name})";

    /// <inheritdoc/>
    public string Citation => "D. Kobak, W. Brendel et al., eLife 2016";

    /// <inheritdoc/>
    public string Told => "factors";

    /// <inheritdoc/>
    public LatentSupervision Needs => LatentSupervision.Factors;

    /// <summary>What was found; null before a fit.</summary>
    public DemixedFit? Found { get; private set; }

    /// <summary>
    /// The cross-validation's mean error for each of <see cref="Candidates"/>, as a share of the variance; empty where lambda was given.
    /// </summary>
    public IReadOnlyList<double> Errors { get; private set; } = [];

    /// <summary>[N, D], float32: the neurons' weights in each axis (decoders), null before a fit; it is the model's.</summary>
    public Tensor? Axes => decoders;

    /// <summary>[D, N], float32: how the neurons move along each axis, of length 1, null before a fit; it is the model's.</summary>
    public Tensor? Encoders => encoders;

    /// <inheritdoc/>
    public bool TakesTraces => true;

    /// <inheritdoc/>
    public void Fit(Tensor counts) => throw FactCheck.Untold(this, "the factors of the experiment");

    /// <inheritdoc/>
    public void Fit(Tensor counts, TrialFacts facts)
    {
        var least = CountCheck.Floor(counts);
        FactCheck.Factors(facts, counts.shape[0]);
        if (facts.Factors.Count == 0)
        {
            throw new ArgumentException("There are no factors; dPCA needs at least one, with a level for each trial.", nameof(facts));
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        var sorted = new DemixedResponses(smoothing.Apply(counts).to(float64), facts.Factors);
        var errors = options.Regularisation is null ? Validated(sorted) : [];
        var lambda = options.Regularisation ?? Candidates.Zip(errors).MinBy(pair => pair.Second).First;
        var (means, centre, noise) = sorted.Take();
        var parts = Marginalisation.Of(means, sorted.Names);
        var total = means.square().sum().ToDouble();
        if (!(total > 0))
        {
            throw new ArgumentException("The mean responses do not vary with time or condition.", nameof(counts));
        }

        var solution = DemixedSolution.Of(parts, Noise(noise), lambda, options.Components);
        var explained = solution.Explained(parts);
        int[] order = [.. Enumerable.Range(0, explained.Length).OrderByDescending(axis => explained[axis].Sum())
            .Take(options.MostAxes ?? explained.Length)];
        solution = solution.Chosen(order);
        Dispose();
        IReadOnlyDictionary<string, double> Named(IEnumerable<double> shares) =>
            parts.Zip(shares).ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal);
        Found = new DemixedFit(
            lambda,
            [.. order.Select((axis, place) => new DemixedAxis(
                parts[solution.Marginalisations[place]].Name, explained[axis].Sum(), Named(explained[axis])))],
            Named(parts.Select(part => part.Values.square().sum().ToDouble() / total)));
        (Errors, floor) = (errors, least);
        Tensor Kept(Tensor of) => of.to(float32).contiguous().DetachFromDisposeScope();
        (mean, decoders, encoders) = (Kept(centre), Kept(solution.Decoders), Kept(solution.Encoders.t()));
    }

    /// <inheritdoc/>
    public Tensor Embed(Tensor counts)
    {
        CountCheck.Embedding(counts, (int?)mean?.shape[0]);
        using var scope = NewDisposeScope();
        return (smoothing.Apply(counts) - mean!).Product(decoders!).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor counts)
    {
        using var scope = NewDisposeScope();
        return (Embed(counts).Product(encoders!) + mean!).clamp(min: floor).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        mean?.Dispose();
        decoders?.Dispose();
        encoders?.Dispose();
        (mean, decoders, encoders, Found, Errors) = (null, null, null, null, []);
    }

    /// <summary>
    /// Of each candidate the error of the marginalisations of all trials but one of each condition, read from these single trials: the
    /// published code's.
    /// </summary>
    private double[] Validated(DemixedResponses sorted)
    {
        if (sorted.Fewest < 2)
        {
            throw new ArgumentException(
                $"There is one trial with {sorted.Scarcest}, and lambda is chosen by leaving out one trial of every condition; leave out "
                + "that level, or set a regularisation.", nameof(sorted));
        }

        var (draws, errors) = (new SeededDraws(options.Seed, Stream), new double[Candidates.Count]);
        for (var repetition = 0; repetition < options.Repetitions; repetition++)
        {
            using var scope = NewDisposeScope();
            var (test, training) = sorted.Split(draws);
            var (means, _, noise) = sorted.Take(training);
            var (single, _, _) = sorted.Take([.. test.Select(trial => new[] { trial })]);
            var parts = Marginalisation.Of(means, sorted.Names);
            var (unseen, total) = (single.reshape(-1, single.shape[^1]), means.square().sum().ToDouble());
            for (var candidate = 0; candidate < errors.Length; candidate++)
            {
                var solution = DemixedSolution.Of(parts, Noise(noise), Candidates[candidate], options.Components);
                errors[candidate] += solution.Error(parts, unseen) / total / options.Repetitions;
            }
        }

        return errors;
    }

    private Tensor Noise(Tensor noise) => options.NoiseCovariance ? noise : zeros_like(noise);
}
