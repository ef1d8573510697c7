using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>
/// Triangle: derivative max(0, alpha - alpha^2 |u|) (S. Esser et al., PNAS 2016; G. Bellec et al., NeurIPS 2018, arXiv:1803.09574).
/// </summary>
/// <param name="alpha">Sharpness, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class PiecewiseQuadratic(double alpha = 1.0) : Surrogate(("alpha", SurrogateConstant.Above(0, alpha)))
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u)
    {
        var height = alpha - ((alpha * alpha) * Lane.Abs(u));
        return Lane.Select((1 / alpha) - Lane.Abs(u), height, 0);
    }

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u)
    {
        var inside = (u * u.abs() * (-alpha * alpha / 2)) + (u * alpha) + 0.5;
        return where(u.abs().gt(1 / alpha), u.gt(0).to(u.dtype), inside);
    }
}
