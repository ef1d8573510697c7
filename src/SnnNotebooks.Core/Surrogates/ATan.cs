using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Arc tangent: derivative (alpha/2) / (1 + (pi/2 alpha u)^2) (W. Fang et al., ICCV 2021, arXiv:2007.05785).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is out of range.</exception>
public sealed class ATan(double alpha = 2.0) : Surrogate(("alpha", SurrogateConstant.Above(0, alpha)))
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u)
    {
        var scaled = u * (Math.PI / 2 * alpha);
        return (alpha / 2) / (1 + (scaled * scaled));
    }

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u) => ((u * (Math.PI / 2 * alpha)).atan() / Math.PI) + 0.5;
}
