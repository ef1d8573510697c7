using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Latents.Benchmark;

/// <summary>The coefficient of determination as scikit-learn takes it.</summary>
internal static class Explained
{
    /// <summary>The mean over columns of 1 - residual / total; a column that does not vary counts 1 if met exactly, else 0.</summary>
    /// <param name="truth">[samples, K], float64.</param>
    /// <param name="found">The same shape.</param>
    public static double R2(Tensor truth, Tensor found)
    {
        using var scope = NewDisposeScope();
        var residual = (truth - found).square().sum([0]);
        var total = (truth - truth.mean([0])).square().sum([0]);
        var flat = where(residual == 0, ones_like(residual), zeros_like(residual));
        return where(total == 0, flat, 1 - (residual / total)).mean().ToDouble();
    }
}
