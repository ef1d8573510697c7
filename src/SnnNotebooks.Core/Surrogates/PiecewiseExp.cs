using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Double exponential: derivative (alpha/2) exp(-alpha |u|) (S. Shrestha, G. Orchard, NeurIPS 2018, arXiv:1810.08646).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class PiecewiseExp(double alpha = 1.0) : Surrogate(("alpha", SurrogateConstant.Above(0, alpha)))
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u) => (alpha / 2) * Lane.Exp((-alpha) * Lane.Abs(u));

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u)
    {
        var tail = (Distance(u) * -alpha).exp() / 2;
        return where(u.ge(0), 1 - tail, tail);
    }
}
