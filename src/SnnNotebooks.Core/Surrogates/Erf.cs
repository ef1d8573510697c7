using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Gaussian error function: derivative (alpha / sqrt(pi)) exp(-(alpha u)^2).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class Erf(double alpha = 2.0) : Surrogate(("alpha", SurrogateConstant.Above(0, alpha)))
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u)
    {
        var scaled = u * alpha;
        return (alpha / Math.Sqrt(Math.PI)) * Lane.Exp(-(scaled * scaled));
    }

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u) => (u * -alpha).erfc() / 2;
}
