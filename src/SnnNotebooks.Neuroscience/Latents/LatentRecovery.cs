using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>How well a known latent state is found again.</summary>
public static class LatentRecovery
{
    private const double Ridge = 1e-6;

    /// <summary>
    /// A linear map from estimated to true latents is fitted on training trials; its R2 on other trials is the score, mean over true
    /// dimensions. 1 is perfect, 0 no better than the mean.
    /// </summary>
    /// <param name="trainEstimate">[trials, T, D].</param>
    /// <param name="trainTruth">[trials, T, K].</param>
    /// <param name="testEstimate">[trials, T, D] of other trials.</param>
    /// <param name="testTruth">[trials, T, K] of these.</param>
    /// <returns>At most 1.</returns>
    public static double Score(Tensor trainEstimate, Tensor trainTruth, Tensor testEstimate, Tensor testTruth)
    {
        using var scope = NewDisposeScope();
        var mapped = Map(trainEstimate, trainTruth, testEstimate).flatten(0, 1);
        var truth = testTruth.flatten(0, 1).to(float64);
        var residual = (truth - mapped).square().sum([0]);
        var total = (truth - truth.mean([0])).square().sum([0]);
        return (1 - (residual / total)).mean().ToDouble();
    }

    /// <summary>Test estimates in the coordinates of the truth, by the linear map fitted on training trials.</summary>
    /// <param name="trainEstimate">[trials, T, D].</param>
    /// <param name="trainTruth">[trials, T, K].</param>
    /// <param name="testEstimate">[trials, T, D] of other trials.</param>
    /// <returns>[trials, T, K], float64; the caller disposes it.</returns>
    public static Tensor Map(Tensor trainEstimate, Tensor trainTruth, Tensor testEstimate)
    {
        ArgumentNullException.ThrowIfNull(trainEstimate);
        ArgumentNullException.ThrowIfNull(trainTruth);
        ArgumentNullException.ThrowIfNull(testEstimate);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var x = trainEstimate.flatten(0, 1).to(float64);
        var y = trainTruth.flatten(0, 1).to(float64);
        var (centre, spread, offset) = (x.mean([0]), x.std(0, unbiased: false) + 1e-9, y.mean([0]));
        var standard = (x - centre) / spread;

        // a little ridge, for dimensions that do not vary
        var gram = standard.t().Product(standard) + (Ridge * x.shape[0] * eye(x.shape[1], dtype: float64, device: x.device));
        var weights = linalg.solve(gram, standard.t().Product(y - offset));
        var mapped = ((testEstimate.to(float64) - centre) / spread).Product(weights) + offset;
        return mapped.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Bits per spike that a reconstruction knows beyond each neuron's mean, divided by the same of the true rates. Well above 1 it copies
    /// the spikes it was shown (specs/tide_swapvae.md, 11.5).
    /// </summary>
    /// <param name="counts">[trials, T, N]: spikes.</param>
    /// <param name="reconstructed">[trials, T, N]: expected counts of the model.</param>
    /// <param name="rates">[trials, T, N]: true expected counts.</param>
    /// <returns>A ratio; 1 is as much as the true rates know.</returns>
    public static double BitsPerSpikeRatio(Tensor counts, Tensor reconstructed, Tensor rates)
    {
        ArgumentNullException.ThrowIfNull(counts);
        using var scope = NewDisposeScope();
        var mean = counts.mean([0, 1], keepdim: true).expand_as(counts);
        double Gain(Tensor expected) =>
            (PoissonLikelihood.Loss(counts, mean) - PoissonLikelihood.Loss(counts, expected)).to(float64).sum().ToDouble();
        return Gain(reconstructed) / Gain(rates);
    }

    /// <summary>How smoothly a trajectory runs: mean squared step over twice the variance. 0 stands still, 1 is white noise.</summary>
    /// <param name="latents">[trials, T, D], T at least 2.</param>
    /// <returns>At least 0.</returns>
    public static double Roughness(Tensor latents)
    {
        ArgumentNullException.ThrowIfNull(latents);
        using var scope = NewDisposeScope();
        var values = latents.to(float64);
        var steps = values.narrow(1, 1, values.shape[1] - 1) - values.narrow(1, 0, values.shape[1] - 1);
        var variance = (values - values.mean([0, 1], keepdim: true)).square().mean();
        return (steps.square().mean() / (2 * variance)).ToDouble();
    }
}
