using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// jPCA (M. Churchland, J. Cunningham et al., Nature 487, 2012): the planes in which mean responses rotate. Responses are averaged over
/// each condition, softly normalised, freed of the mean over conditions and reduced by principal components; a skew-symmetric matrix is
/// fitted to their change from bin to bin, and its planes are ordered by frequency. Without conditions every trial is one of its own.
/// </summary>
public sealed class JpcaModel : ISupervisedLatentModel
{
    private const double LeastChange = 1e-20; // of the sum of squares: below, it is rounding

    private readonly JpcaOptions options;
    private readonly Smoothing smoothing;
    private Tensor? range; // [N]
    private Tensor? conditionMean; // [T, N], of normalised responses
    private Tensor? mean; // [N]
    private Tensor? axes; // [N, D]
    private double floor; // of what is reconstructed
    private string told = "nothing";

    /// <summary>Creates a model that has not been fitted.</summary>
    /// <param name="options">Sizes and preprocessing.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public JpcaModel(JpcaOptions? options = null)
    {
        this.options = options ?? new JpcaOptions();
        smoothing = this.options.Smoothing ?? Smoothing.None;
        if (this.options.Components < 2 || this.options.Components % 2 != 0 || !(this.options.Softening >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(options), this.options,
                "Expected an even number of components of at least 2, and a softening of at least 0 counts.");
        }
    }

    /// <inheritdoc/>
    public string Name => $"jPCA {options.Components} ({smoothing.Name})";

    /// <inheritdoc/>
    public string Citation => "M. Churchland, J. Cunningham et al., Nature 2012";

    /// <inheritdoc/>
    public string Told => told;

    /// <inheritdoc/>
    public LatentSupervision Needs => LatentSupervision.None;

    /// <summary>How well rotations describe what it was fitted to; null before.</summary>
    public JpcaFit? Dynamics { get; private set; }

    /// <summary>
    /// [N, D], float32: weights of the neurons, after normalisation, in each axis; two axes make a plane. It is the model's.
    /// </summary>
    public Tensor? Axes => axes;

    /// <inheritdoc/>
    public bool TakesTraces => true;

    /// <inheritdoc/>
    public void Fit(Tensor counts) => Fit(counts, new TrialFacts());

    /// <inheritdoc/>
    public void Fit(Tensor counts, TrialFacts facts)
    {
        var least = CountCheck.Floor(counts);
        FactCheck.Factors(facts, counts.shape[0]);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var smooth = smoothing.Apply(counts);
        var trials = Conditions(facts, counts.shape[0]);
        Tensor Single(long[] own) => smooth.index_select(0, tensor(own, device: counts.device)).to(float64);
        var responses = stack([.. trials.Select(own => Single(own).mean([0]))]);
        Dispose();
        var (conditions, bins, size) = (responses.shape[0], responses.shape[1], options.Components);
        if (bins < 2 || size > responses.shape[2] || size >= conditions * bins)
        {
            throw new ArgumentException(
                $"{size} components were asked for, of {conditions} conditions of {bins} bins and {responses.shape[2]} neurons; expected "
                + "at least 2 bins, at most as many components as neurons, and fewer than conditions times bins.", nameof(counts));
        }

        var spread = responses.amax([0, 1]) - responses.amin([0, 1]) + options.Softening;
        RefuseConstant(spread);
        var normal = responses / spread;
        var common = options.SubtractConditionMean && conditions > 1 ? normal.mean([0]) : zeros_like(normal[0]);
        var rows = (normal - common).flatten(0, 1);
        var centre = rows.mean([0]);
        var centred = rows - centre;
        var (_, vectors) = linalg.eigh(centred.t().Product(centred));
        var components = vectors.narrow(1, vectors.shape[1] - size, size).flip(1);
        var states = centred.Product(components).view(conditions, bins, size);
        var (before, change) = (states.narrow(1, 0, bins - 1).flatten(0, 1),
            (states.narrow(1, 1, bins - 1) - states.narrow(1, 0, bins - 1)).flatten(0, 1));
        if (!(change.square().sum() > LeastChange * normal.square().sum()).item<bool>())
        {
            throw new ArgumentException(
                "The conditions do not differ in how they change from bin to bin: nothing rotates.", nameof(counts));
        }

        var (skew, best) = (SkewDynamics.Skew(before, change), SkewDynamics.Best(before, change));
        var (turned, angles) = SkewDynamics.Planes(skew, states.select(1, 0));
        var noise = JpcaNoise.Shares(
            trials, own => (Single(own) / spread).Product(components).Product(turned), states.Product(turned),
            options.SubtractConditionMean && conditions > 1);
        var captured = (states.flatten(0, 1).Product(turned).square().sum([0]) / centred.square().sum()).Numbers<double>();
        Dynamics = new JpcaFit(
            R2(skew), R2(best), R2(skew, turned.narrow(1, 0, 2)), R2(best, turned.narrow(1, 0, 2)),
            [.. angles.Select((angle, plane) => new JpcaPlane(
                angle / (2 * Math.PI), captured[2 * plane] + captured[(2 * plane) + 1], noise?[plane]))]);
        Tensor Kept(Tensor of) => of.to(float32).contiguous().DetachFromDisposeScope();
        (range, conditionMean, mean, axes) = (Kept(spread), Kept(common), Kept(centre), Kept(components.Product(turned)));
        floor = least;
        told = facts.Factors.Count > 0 ? "conditions" : "nothing";

        double R2(Tensor dynamics, Tensor? plane = null)
        {
            var (total, residual) = (change, change - before.Product(dynamics.t()));
            return plane is null
                ? 1 - (residual.square().sum() / total.square().sum()).ToDouble()
                : 1 - (residual.Product(plane).square().sum() / total.Product(plane).square().sum()).ToDouble();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Trials are longer than those of the fit, whose mean over conditions is taken off bin by
    /// bin.</exception>
    public Tensor Embed(Tensor counts)
    {
        CountCheck.Embedding(counts, (int?)mean?.shape[0]);
        using var scope = NewDisposeScope();
        var normal = smoothing.Apply(counts) / range!;
        return (normal - Common(counts) - mean!).Product(axes!).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor counts)
    {
        using var scope = NewDisposeScope();
        var normal = Embed(counts).Product(axes!.t()) + mean! + Common(counts);
        return (normal * range!).clamp(min: floor).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var kept in new[] { range, conditionMean, mean, axes })
        {
            kept?.Dispose();
        }

        (range, conditionMean, mean, axes, Dynamics) = (null, null, null, null, null);
    }

    /// <summary>Which trials each condition has; without conditions every trial is one.</summary>
    private static long[][] Conditions(TrialFacts facts, long trials)
    {
        int[] which = facts.Factors.Count == 0
            ? [.. Enumerable.Range(0, (int)trials)]
            : FactCheck.Combinations(facts.Factors, (int)trials);
        return [.. Enumerable.Range(0, which.Length).GroupBy(trial => which[trial]).OrderBy(group => group.Key)
            .Select(group => group.Select(trial => (long)trial).ToArray())];
    }

    /// <summary>[T, N] of the first bins.</summary>
    private Tensor Common(Tensor counts) => counts.shape[1] <= conditionMean!.shape[0]
        ? conditionMean.narrow(0, 0, counts.shape[1])
        : throw new ArgumentException(
            $"Trials have {counts.shape[1]} bins, those of the fit {conditionMean.shape[0]}: jPCA takes off the mean over conditions bin "
            + "by bin, so that they can be no longer.", nameof(counts));

    private static void RefuseConstant(Tensor spread)
    {
        var constant = spread.Numbers<double>().Select((size, neuron) => (size, neuron)).Where(pair => pair.size == 0)
            .Select(pair => pair.neuron).ToArray();
        if (constant.Length > 0)
        {
            throw new ArgumentException(
                $"{constant.Length} neurons never change (the first is {constant[0]}) and cannot be normalised; leave them out, or set a "
                + "softening above 0.");
        }
    }
}
