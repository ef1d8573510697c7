using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>
/// Gaussian-process factor analysis (B. Yu et al., J. Neurophysiol. 102, 2009): factor analysis whose factors are smooth in time, each with
/// a time scale of its own that is learned. Its latent numbers are the posterior means with the whole trial known, orthonormalised: axes
/// are orthonormal in the space of the neurons and ordered by the covariance they carry. Trials may differ in length.
/// </summary>
public sealed class GpfaModel : ILatentModel
{
    private readonly GpfaOptions options;
    private readonly GpfaKernel kernel;
    private Tensor? rotation; // [D, D]: orthonormalised = factors times this
    private double floor; // of what is reconstructed
    private bool roots; // of counts; traces have none

    /// <summary>Creates a model that has not been fitted.</summary>
    /// <param name="options">Sizes and learning.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public GpfaModel(GpfaOptions? options = null)
    {
        this.options = options ?? new GpfaOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.Factors, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.LongestSegment, 2, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.Iterations, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(this.options.LeastNoise, nameof(options));
        if (!(this.options.NoiseShare is > 0 and < 1 && this.options.FirstTimescale is > 0 and < double.PositiveInfinity))
        {
            throw new ArgumentOutOfRangeException(nameof(options), this.options,
                "Expected a noise share of (0, 1) and a first time scale above 0 bins.");
        }

        kernel = new GpfaKernel(this.options.NoiseShare);
    }

    /// <inheritdoc/>
    public string Name => $"GPFA {options.Factors} (sees the future)";

    /// <inheritdoc/>
    public string Citation => "B. Yu et al., J. Neurophysiol. 2009";

    /// <summary>What was learned, null before; it is the model's.</summary>
    public GpfaParameters? Parameters { get; private set; }

    /// <summary>Log-likelihood of the trials at the start of each round of learning.</summary>
    public IReadOnlyList<double> LogLikelihoods { get; private set; } = [];

    /// <summary>[N, D], float32: the neurons' weights in each orthonormal axis, null before a fit; it is the model's.</summary>
    public Tensor? Axes { get; private set; }

    /// <inheritdoc/>
    public bool TakesTraces => true;

    /// <inheritdoc/>
    public void Fit(Tensor counts)
    {
        Learn([counts], CountCheck.Floor(counts));
    }

    /// <summary>Learns from trials of unequal length.</summary>
    /// <param name="trials">[T, N] each, float32, at least 0; T may differ.</param>
    /// <exception cref="ArgumentException">There are none, or their neurons differ, or one is no count.</exception>
    public void Fit(IReadOnlyList<Tensor> trials)
    {
        using var scope = NewDisposeScope();
        var groups = ByLength(trials).Select(group => stack([.. group.Select(trial => trials[trial])])).ToArray();
        Learn(groups, groups.Min(CountCheck.Floor));
    }

    /// <inheritdoc/>
    public Tensor Embed(Tensor counts)
    {
        CountCheck.Embedding(counts, (int?)Parameters?.Offset.shape[0]);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var factors = Posterior(counts).Mean.transpose(1, 2);
        return factors.Product(rotation!).to(float32).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>The latent trajectories of trials of unequal length.</summary>
    /// <param name="trials">[T, N] each, with the neurons it was fitted on.</param>
    /// <returns>[T, D] each, float32, in the order of the trials; the caller disposes them.</returns>
    /// <exception cref="InvalidOperationException">It has not been fitted.</exception>
    public IReadOnlyList<Tensor> Embed(IReadOnlyList<Tensor> trials)
    {
        using var scope = NewDisposeScope();
        var embedded = new Tensor[trials?.Count ?? 0];
        foreach (var group in ByLength(trials))
        {
            var together = Embed(stack([.. group.Select(trial => trials![trial])]));
            foreach (var (trial, place) in group.Select((trial, place) => (trial, place)))
            {
                embedded[trial] = together[place].clone().MoveToOuterDisposeScope();
            }
        }

        return embedded;
    }

    /// <inheritdoc/>
    public Tensor Reconstruct(Tensor counts)
    {
        CountCheck.Embedding(counts, (int?)Parameters?.Offset.shape[0]);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var posterior = Posterior(counts);
        var loadings = Parameters!.Loadings;
        var mean = (posterior.Mean.transpose(1, 2).Product(loadings.t()) + Parameters.Offset).clamp(min: floor);
        if (roots)
        {
            // the mean of a square is the square of the mean and the variance
            var spread = (loadings.Product(posterior.OfBins().permute(2, 0, 1)) * loadings).sum(-1);
            mean = mean.square() + spread + Parameters.Noise;
        }

        return mean.to(float32).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Parameters?.Dispose();
        rotation?.Dispose();
        Axes?.Dispose();
        (Parameters, rotation, Axes) = (null, null, null);
    }

    /// <summary>Places of trials of each length, shortest first.</summary>
    private static int[][] ByLength(IReadOnlyList<Tensor>? trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        if (trials.Count == 0 || trials.Any(trial => trial is null || trial.dim() != 2 || trial.shape[1] != trials[0].shape[1]))
        {
            throw new ArgumentException(
                $"There are {trials.Count} trials [{string.Join("], [", trials.Take(5).Select(trial => trial?.shape ?? [])
                    .Select(shape => string.Join(", ", shape)))}], ...; expected at least one, each [T, N] with the same neurons.",
                nameof(trials));
        }

        return [.. trials.Select((trial, place) => (Bins: trial.shape[0], place)).GroupBy(pair => pair.Bins).OrderBy(group => group.Key)
            .Select(group => group.Select(pair => pair.place).ToArray())];
    }

    private void Learn(Tensor[] groups, double least)
    {
        var (bins, neurons) = (groups.Sum(group => group.shape[0] * group.shape[1]), groups[0].shape[2]);
        if (options.Factors > neurons || options.Factors >= bins)
        {
            throw new ArgumentException(
                $"{options.Factors} factors were asked for, of {neurons} neurons in {bins} bins; expected at most as many as neurons, and "
                + "fewer than bins.", nameof(groups));
        }

        Dispose();
        (floor, roots) = (least, options.SquareRoot && least == 0);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var (parameters, likelihoods) = new GpfaLearning(options, kernel).Run([.. groups.Select(group => Values(Segments(group)))]);

        // C = U S V': U is orthonormal, and S V' x are the latent numbers in its axes; the largest weight of an axis is positive
        var (left, sizes, right) = linalg.svd(parameters.Loadings, fullMatrices: false);
        var sign = left.gather(0, left.abs().argmax(0, keepdim: true)).sign();
        Axes = (left * sign).to(float32).contiguous().DetachFromDisposeScope();
        rotation = ((sizes * sign.squeeze(0)).unsqueeze(1) * right).t().contiguous().DetachFromDisposeScope();
        (Parameters, LogLikelihoods) = (parameters.Detached(), likelihoods);
    }

    private GpfaPosterior Posterior(Tensor counts) => GpfaPosterior.Of(Parameters!, kernel, Values(counts));

    private Tensor Values(Tensor counts)
    {
        var values = counts.to(float64);
        return roots ? values.sqrt() : values;
    }

    private Tensor Segments(Tensor counts)
    {
        var (bins, length) = (counts.shape[1], (long)options.LongestSegment);
        if (bins <= length)
        {
            return counts;
        }

        var parts = (bins + length - 1) / length;
        return cat([.. Enumerable.Range(0, (int)parts).Select(part => counts.narrow(1, part * (bins - length) / (parts - 1), length))], 0);
    }
}
