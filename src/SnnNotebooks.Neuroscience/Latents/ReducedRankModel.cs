using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// Reduced-rank regression (A. Izenman 1975; as communication subspaces J. Semedo et al., Neuron 102, 2019): the few dimensions of the
/// counts that foretell the targets, a behaviour or another population, linearly and in the same bin. Each target is divided by its
/// deviation first, so that units do not matter; the ridge is part of the loss. Expected counts are read from the latent numbers by ridge
/// regression. The demixed form, one regression for what each factor of the experiment does to the counts themselves, is
/// <see cref="DemixedPcaModel"/>.
/// </summary>
public sealed class ReducedRankModel : ISupervisedLatentModel
{
    private const int Folds = 5;
    private static readonly double[] Ridges = [.. Enumerable.Range(-8, 13).Select(step => Math.Pow(10, step / 2.0))];

    private readonly ReducedRankOptions options;
    private readonly Smoothing smoothing;
    private Tensor? mean; // [N]
    private Tensor? decoder; // [N, R]
    private Tensor? encoder; // [R, K], in the targets' units
    private Tensor? offset; // [K]
    private RateReadOut? readOut;

    /// <summary>Creates a model that has not been fitted.</summary>
    /// <param name="options">Sizes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rank is below 1 or the ridge negative.</exception>
    public ReducedRankModel(ReducedRankOptions? options = null)
    {
        this.options = options ?? new ReducedRankOptions();
        smoothing = this.options.Smoothing ?? Smoothing.None;
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.Rank, 1, nameof(options));
        if (!((this.options.Ridge ?? 0) >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(options), this.options.Ridge, "Expected a ridge of at least 0.");
        }
    }

    /// <inheritdoc/>
    public string Name => $"reduced-rank regression {options.Rank} ({smoothing.Name})";

    /// <inheritdoc/>
    public string Citation => "A. Izenman 1975; J. Semedo et al., Neuron 2019";

    /// <inheritdoc/>
    public string Told => "targets";

    /// <inheritdoc/>
    public LatentSupervision Needs => LatentSupervision.Targets;

    /// <summary>The ridge it was fitted with, as a share of the neurons' mean variance; NaN before.</summary>
    public double Ridge { get; private set; } = double.NaN;

    /// <summary>[N, R], float32: the neurons' weights in each dimension, null before a fit; it is the model's.</summary>
    public Tensor? Axes => decoder;

    /// <inheritdoc/>
    public bool TakesTraces => true;

    /// <inheritdoc/>
    public void Fit(Tensor counts) => throw FactCheck.Untold(this, "targets");

    /// <inheritdoc/>
    public void Fit(Tensor counts, TrialFacts facts)
    {
        CountCheck.Floor(counts);
        var targets = FactCheck.Targets(facts, counts);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (x, y) = (smoothing.Apply(counts).to(float64), targets.to(float64));
        if (options.Ridge is null && x.shape[0] < 2)
        {
            throw new ArgumentException("There is one trial, and the ridge is chosen by leaving trials out: give more, or set a ridge.",
                nameof(counts));
        }

        var spread = y.flatten(0, 1).std(0, unbiased: false);
        spread = where(spread > 0, spread, ones_like(spread));
        var scaled = y / spread;
        var ridge = options.Ridge ?? Ridges.MinBy(ridge => Validated(x, scaled, ridge));
        var (centre, start, weights, targetAxes) = Solved(x, scaled, ridge);
        Dispose();
        Ridge = ridge;
        Tensor Kept(Tensor of) => of.to(float32).contiguous().DetachFromDisposeScope();
        (mean, decoder, encoder, offset) = (Kept(centre), Kept(weights), Kept((targetAxes * spread.unsqueeze(1)).t()),
            Kept(start * spread));
        readOut = new RateReadOut(Embed(counts), counts);
    }

    /// <inheritdoc/>
    public Tensor Embed(Tensor counts)
    {
        CountCheck.Embedding(counts, (int?)mean?.shape[0]);
        using var scope = NewDisposeScope();
        return (smoothing.Apply(counts) - mean!).Product(decoder!).MoveToOuterDisposeScope();
    }

    /// <summary>The targets that the counts foretell.</summary>
    /// <param name="counts">[trials, T, N], float32, with the neurons it was fitted on.</param>
    /// <returns>[trials, T, K], float32, in the targets' units; the caller disposes it.</returns>
    /// <exception cref="InvalidOperationException">It has not been fitted.</exception>
    public Tensor Predict(Tensor counts)
    {
        using var scope = NewDisposeScope();
        return (Embed(counts).Product(encoder!) + offset!).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor counts)
    {
        using var latents = Embed(counts);
        return readOut!.Rates(latents);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var kept in new[] { mean, decoder, encoder, offset })
        {
            kept?.Dispose();
        }

        readOut?.Dispose();
        (mean, decoder, encoder, offset, readOut, Ridge) = (null, null, null, null, null, double.NaN);
    }

    private (Tensor Mean, Tensor Offset, Tensor Decoder, Tensor Encoder) Solved(Tensor x, Tensor y, double ridge)
    {
        var (rows, wanted) = (x.flatten(0, 1), y.flatten(0, 1));
        var (centre, start) = (rows.mean([0]), wanted.mean([0]));
        var centred = rows - centre;
        var gram = centred.t().Product(centred);
        var neurons = gram.shape[0];
        var penalty = ridge * gram.trace() / neurons;
        gram += (penalty + LeastPenalty(gram)) * eye(neurons, dtype: float64, device: gram.device);
        var (weights, axes) = ReducedRank.Solve(gram, centred.t().Product(wanted - start), options.Rank, gram);
        return (centre, start, weights, axes);
    }

    /// <summary>So little that it changes nothing but that silent neurons have a solution.</summary>
    private static Tensor LeastPenalty(Tensor gram) => (gram.trace() / gram.shape[0] * 1e-12).clamp(min: 1e-100);

    private double Validated(Tensor x, Tensor y, double ridge)
    {
        var (trials, error) = ((int)x.shape[0], 0.0);
        var folds = Math.Min(Folds, trials);
        for (var fold = 0; fold < folds; fold++)
        {
            using var scope = NewDisposeScope();
            Tensor Trials(Tensor of, bool held) => of.index_select(0, tensor(Enumerable.Range(0, trials)
                .Where(trial => (trial % folds == fold) == held).Select(trial => (long)trial).ToArray(), device: of.device));
            var (centre, start, weights, axes) = Solved(Trials(x, false), Trials(y, false), ridge);
            var found = (Trials(x, true) - centre).Product(weights).Product(axes.t()) + start;
            error += (found - Trials(y, true)).square().sum().ToDouble();
        }

        return error;
    }
}
