using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>
/// Rectangle: derivative alpha where |u| is below 1 / (2 alpha), else 0 (Y. Wu et al., Frontiers in Neuroscience 2018,
/// arXiv:1706.02609).
/// </summary>
/// <param name="alpha">Height and one over the width, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class Rect(double alpha = 1.0) : Surrogate(("alpha", SurrogateConstant.Above(0, alpha)))
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u) => Lane.Select(Lane.Abs(u) - (0.5 / alpha), 0, alpha);

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u) => ((u * alpha) + 0.5).clamp(0, 1);
}
