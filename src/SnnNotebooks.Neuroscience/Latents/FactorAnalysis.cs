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
        var (variances, identity) = (covariance.diagonal(), eye(factors, dtype: float64, device: covariance.device));
        var former = double.NegativeInfinity;
        for (var round = 0; round < MostRounds; round++)
        {
            using var step = NewDisposeScope();

            // posterior of the factors: (I + W' N^-1 W)^-1 W' N^-1
            var scaled = weights / noise.unsqueeze(1);
            var precision = identity + weights.t().Product(scaled);
            var posterior = linalg.inv(precision);
            var seen = covariance.Product(scaled);
            var within = scaled.t().Product(seen);

            // of W W' + N the determinant and the inverse by Woodbury: no round costs the cube of the neurons
            var likelihood = -(noise.log().sum() + linalg.slogdet(precision).Item2 + (variances / noise).sum()
                - (posterior * within).sum()).ToDouble();
            if (likelihood - former < Enough)
            {
                break;
            }

            former = likelihood;
            var cross = seen.Product(posterior);
            var moment = posterior + posterior.Product(within).Product(posterior);
            weights = linalg.solve(moment, cross.t()).t().MoveToOuterDisposeScope();
            noise = (variances - (weights * cross).sum([1])).maximum(least).MoveToOuterDisposeScope();
        }

        return (weights, noise);
    }
}
