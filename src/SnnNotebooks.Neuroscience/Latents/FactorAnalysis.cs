using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Factor analysis by expectation and maximisation (D. Rubin and D. Thayer 1982), from principal components.</summary>
internal static class FactorAnalysis
{
    private const int MostRounds = 200;
    private const double Enough = 1e-6;
    private const double LeastVariance = 1e-6; // of a factor at the start

    /// <summary>Learns from a covariance.</summary>
    /// <param name="covariance">[N, N], float64.</param>
    /// <param name="factors">How many; at most N.</param>
    /// <param name="least">[N], float64: no neuron has less noise.</param>
    /// <returns>Weights [N, factors] and variances of the noise [N].</returns>
    public static (Tensor Weights, Tensor Noise) Learn(Tensor covariance, int factors, Tensor least)
    {
        var (values, vectors) = linalg.eigh(covariance);
        var last = values.shape[0] - factors;
        var weights = vectors.narrow(1, last, factors) * values.narrow(0, last, factors).clamp(min: LeastVariance).sqrt();
        var noise = covariance.diagonal().maximum(least);
        var identity = eye(factors, dtype: float64, device: covariance.device);
        var former = double.NegativeInfinity;
        for (var round = 0; round < MostRounds; round++)
        {
            // posterior of the factors: (I + W' N^-1 W)^-1 W' N^-1
            var scaled = weights / noise.unsqueeze(1);
            var posterior = linalg.inv(identity + weights.t().Product(scaled));
            var beta = posterior.Product(scaled.t());
            var moment = posterior + beta.Product(covariance).Product(beta.t());
            var cross = covariance.Product(beta.t());
            weights = linalg.solve(moment, cross.t()).t();
            noise = (covariance.diagonal() - (weights * cross).sum([1])).maximum(least);
            var model = weights.Product(weights.t()) + noise.diag();
            var likelihood = -(linalg.slogdet(model).Item2 + linalg.solve(model, covariance).trace()).ToDouble();
            if (likelihood - former < Enough)
            {
                break;
            }

            former = likelihood;
        }

        return (weights, noise);
    }
}
