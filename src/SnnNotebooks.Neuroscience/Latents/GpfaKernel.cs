using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents;

/// <summary>Covariance over time of GPFA's factors, and how their time scales are learned.</summary>
/// <param name="noiseShare">Share of independent noise.</param>
internal sealed class GpfaKernel(double noiseShare)
{
    private const int MostSteps = 50;
    private const int MostHalvings = 30;
    private const double Enough = 1e-9; // of a change of log gamma
    private const double Rounding = 1e-12; // of a likelihood
    private const double Longest = 1; // of a step of log gamma
    private const double Lowest = -18; // of log gamma: time scales up to 8,000 bins
    private const double Highest = 4; // a seventh of a bin

    /// <summary>[D, T, T] for time scales [D].</summary>
    public Tensor Covariance(Tensor timescales, long bins)
    {
        var gamma = timescales.square().reciprocal().view(-1, 1, 1);
        return ((1 - noiseShare) * (-0.5 * gamma * SquaredLags(bins, timescales.device)).exp())
            + (noiseShare * eye(bins, dtype: float64, device: timescales.device));
    }

    /// <summary>
    /// The time scales that make second moments of the factors likeliest, by Newton's method on log gamma = -2 log tau, from the present
    /// ones (the paper climbs the same gradient).
    /// </summary>
    /// <param name="timescales">[D], in bins.</param>
    /// <param name="moments">For each length of trials how many there are and the sum of E[x x'] over them, [D, T, T].</param>
    /// <returns>[D].</returns>
    public Tensor Learned(Tensor timescales, IReadOnlyList<(long Trials, Tensor Moment)> moments)
    {
        var p = -2 * timescales.log();
        for (var step = 0; step < MostSteps; step++)
        {
            using var round = NewDisposeScope();
            var (likelihood, slope, curvature) = Climb(p, moments);
            var change = where(curvature < 0, -slope / curvature, slope.sign()).clamp(-Longest, Longest);
            change = (p + change).clamp(Lowest, Highest) - p;
            if (change.abs().max().ToDouble() < Enough)
            {
                break;
            }

            for (var halving = 0; halving < MostHalvings; halving++)
            {
                var worse = Climb(p + change, moments).Likelihood < likelihood - (Rounding * likelihood.abs());
                if (!worse.any().item<bool>())
                {
                    break;
                }

                change = where(worse, change / 2, change);
            }

            p = (p + change).MoveToOuterDisposeScope();
        }

        return (-p / 2).exp();
    }

    /// <summary>
    /// -1/2 (trials log det K + tr(K^-1 moment)) of each factor, and its first and second derivative by log gamma, summed over lengths.
    /// </summary>
    private (Tensor Likelihood, Tensor Slope, Tensor Curvature) Climb(Tensor p, IReadOnlyList<(long Trials, Tensor Moment)> moments)
    {
        var (likelihood, slope, curvature) = (zeros_like(p), zeros_like(p), zeros_like(p));
        foreach (var (trials, moment) in moments)
        {
            var bins = moment.shape[1];
            var reach = p.exp().view(-1, 1, 1) * SquaredLags(bins, p.device) / 2;
            var smooth = (1 - noiseShare) * (-reach).exp();
            var k = smooth + (noiseShare * eye(bins, dtype: float64, device: p.device));
            var first = -reach * smooth;
            var second = first + (reach.square() * smooth);
            var inverse = linalg.inv(k);
            var (byFirst, bySecond, byMoment) = (inverse.Product(first), inverse.Product(second), inverse.Product(moment));
            likelihood -= ((trials * LogDeterminant(k)) + Trace(byMoment)) / 2;
            slope -= ((trials * Trace(byFirst)) - TraceOf(byFirst, byMoment)) / 2;
            curvature -= ((trials * (Trace(bySecond) - TraceOf(byFirst, byFirst))) - TraceOf(bySecond, byMoment)
                + (2 * TraceOf(byFirst.Product(byFirst), byMoment))) / 2;
        }

        return (likelihood, slope, curvature);
    }

    /// <summary>log det of symmetric positive matrices [..., T, T].</summary>
    public static Tensor LogDeterminant(Tensor matrices) =>
        2 * linalg.cholesky(matrices).diagonal(dim1: -2, dim2: -1).log().sum(-1);

    private static Tensor SquaredLags(long bins, Device device)
    {
        var steps = arange(bins, dtype: float64, device: device);
        return (steps.unsqueeze(1) - steps).square();
    }

    private static Tensor Trace(Tensor matrices) => matrices.diagonal(dim1: -2, dim2: -1).sum(-1);

    /// <summary>tr(left right) of each pair.</summary>
    private static Tensor TraceOf(Tensor left, Tensor right) => (left * right.transpose(-2, -1)).sum([-2, -1]);
}
