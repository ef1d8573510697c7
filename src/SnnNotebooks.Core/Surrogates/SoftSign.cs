using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Soft sign: derivative 1 / (2 alpha (1/alpha + |u|)^2).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class SoftSign(double alpha = 2.0) : Surrogate(("alpha", SurrogateConstant.Above(0, alpha)))
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u)
    {
        var distance = (1 / alpha) + Lane.Abs(u);
        return 1 / ((2 * alpha) * distance * distance);
    }

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u)
    {
        var scaled = u * alpha;
        return ((scaled / (scaled.abs() + 1)) + 1) / 2;
    }
}
