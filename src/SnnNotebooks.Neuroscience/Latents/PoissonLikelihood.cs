using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Losses of counts and of diagonal normal distributions.</summary>
public static class PoissonLikelihood
{
    /// <summary>Added to rates before the logarithm; the published code means to do so and does not.</summary>
    public const double Floor = 1e-7;

    /// <summary>The Poisson loss of each count but for a constant: rate - count log(rate).</summary>
    /// <param name="counts">At least 0.</param>
    /// <param name="rates">Expected counts, at least 0, of the same shape.</param>
    /// <returns>The loss of each element.</returns>
    public static Tensor Loss(Tensor counts, Tensor rates)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(rates);
        return rates - (counts * (rates + Floor).log());
    }

    /// <summary>Kullback and Leibler's divergence of diagonal normal distributions, q from p, summed over the last axis.</summary>
    /// <param name="mean">Of q.</param>
    /// <param name="logVariance">Of q.</param>
    /// <param name="priorMean">Of p.</param>
    /// <param name="priorLogVariance">Of p.</param>
    /// <returns>One number, at least 0, for each element of the other axes.</returns>
    public static Tensor Divergence(Tensor mean, Tensor logVariance, Tensor priorMean, Tensor priorLogVariance)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(logVariance);
        ArgumentNullException.ThrowIfNull(priorMean);
        ArgumentNullException.ThrowIfNull(priorLogVariance);
        return 0.5
            * (priorLogVariance - logVariance + ((logVariance.exp() + (mean - priorMean).square()) / priorLogVariance.exp()) - 1).sum([-1]);
    }

    /// <summary>The same from the standard normal distribution.</summary>
    /// <param name="mean">Of q.</param>
    /// <param name="logVariance">Of q.</param>
    /// <returns>One number, at least 0, for each element of the other axes.</returns>
    public static Tensor Divergence(Tensor mean, Tensor logVariance)
    {
        ArgumentNullException.ThrowIfNull(mean);
        ArgumentNullException.ThrowIfNull(logVariance);
        return 0.5 * (logVariance.exp() + mean.square() - 1 - logVariance).sum([-1]);
    }
}
