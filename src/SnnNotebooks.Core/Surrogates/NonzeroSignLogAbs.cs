using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Logarithm on both sides: derivative 1 / (1/alpha + |u|).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class NonzeroSignLogAbs(double alpha = 1.0) : Surrogate(("alpha", SurrogateConstant.Above(0, alpha)))
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u) => 1 / ((1 / alpha) + Lane.Abs(u));

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u)
    {
        var height = ((Distance(u) * alpha) + 1).log();
        return where(u.ge(0), height, -height);
    }
}
