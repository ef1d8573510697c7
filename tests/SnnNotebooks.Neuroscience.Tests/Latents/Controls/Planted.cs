using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents.Controls;

/// <summary>Recordings whose hidden structure is known.</summary>
internal static class Planted
{
    /// <summary>
    /// Poisson counts of neurons that follow a few smooth factors, which differ from trial to trial, and are otherwise independent.
    /// </summary>
    /// <returns>Counts [trials, T, N] and the factors [trials, T, factors].</returns>
    public static (Tensor Counts, Tensor Factors) Counts(int factors, int neurons = 40, int trials = 40, int bins = 25, long seed = 1)
    {
        manual_seed(seed);
        var time = arange(bins, dtype: float32).reshape(1, bins, 1) / bins;
        var (phase, speed) = (2 * Math.PI * rand(trials, 1, factors), 1 + (2 * rand(trials, 1, factors)));
        var values = (phase + (2 * Math.PI * speed * time)).sin();
        var rates = (3 + values.matmul(randn(factors, neurons) / Math.Sqrt(factors) * 1.5)).clamp(min: 0.05);
        return (poisson(rates), values);
    }
}
