using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>What trials of one length say about GPFA's factors.</summary>
/// <param name="Mean">[trials, D, T], float64.</param>
/// <param name="Covariance">[D, T, D, T]: the same for all trials.</param>
/// <param name="LogLikelihood">Of the trials.</param>
internal sealed record GpfaPosterior(Tensor Mean, Tensor Covariance, double LogLikelihood)
{
    private const long MostUnknowns = 8000; // of a trial: their covariance has the square of this

    /// <summary>The exact posterior (the paper's appendix).</summary>
    /// <param name="parameters">The model.</param>
    /// <param name="kernel">Its covariances over time.</param>
    /// <param name="values">[trials, T, N], float64.</param>
    /// <exception cref="ArgumentException">The trials are too long.</exception>
    public static GpfaPosterior Of(GpfaParameters parameters, GpfaKernel kernel, Tensor values)
    {
        using var scope = NewDisposeScope();
        var (trials, bins, neurons) = (values.shape[0], values.shape[1], values.shape[2]);
        var factors = parameters.Loadings.shape[1];
        if (factors * bins > MostUnknowns)
        {
            throw new ArgumentException(
                $"GPFA knows a trial as a whole: {factors} factors over {bins} bins are more than {MostUnknowns} unknowns. Cut the "
                + "recording into shorter trials, or take wider bins.", nameof(values));
        }

        var device = values.device;
        var prior = kernel.Covariance(parameters.Timescales, bins);
        var scaled = parameters.Loadings / parameters.Noise.unsqueeze(1);
        var information = parameters.Loadings.t().Product(scaled);
        Tensor Diagonal(long size) => eye(size, dtype: float64, device: device);
        var precision = (linalg.inv(prior).view(factors, bins, 1, bins) * Diagonal(factors).view(factors, 1, factors, 1))
            + (information.view(factors, 1, factors, 1) * Diagonal(bins).view(1, bins, 1, bins));
        var root = linalg.cholesky(precision.reshape(factors * bins, factors * bins));
        var covariance = cholesky_inverse(root);
        var centred = values - parameters.Offset;
        var pull = centred.Product(scaled).transpose(1, 2).reshape(trials, factors * bins);
        var mean = pull.Product(covariance);
        var constant = (bins * parameters.Noise.log().sum()) + GpfaKernel.LogDeterminant(prior).sum() + (2 * root.diagonal().log().sum())
            + (neurons * bins * Math.Log(2 * Math.PI));
        var likelihood = -((trials * constant) + (centred.square() / parameters.Noise).sum() - (pull * mean).sum()) / 2;
        return new GpfaPosterior(
            mean.view(trials, factors, bins).MoveToOuterDisposeScope(),
            covariance.view(factors, bins, factors, bins).MoveToOuterDisposeScope(), likelihood.ToDouble());
    }

    /// <summary>[D, D, T]: covariance of the factors of a bin.</summary>
    public Tensor OfBins() => Covariance.diagonal(dim1: 1, dim2: 3);

    /// <summary>[D, T, T]: sum over trials of each factor's E[x x'].</summary>
    public Tensor MomentOverTime() =>
        (Mean.shape[0] * Covariance.diagonal(dim1: 0, dim2: 2).permute(2, 0, 1)) + Mean.permute(1, 2, 0).Product(Mean.permute(1, 0, 2));
}
