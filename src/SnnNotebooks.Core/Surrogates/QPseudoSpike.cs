using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>q-pseudo-spike: derivative (1 + 2 |u| / (alpha - 1))^-alpha (J. Herranz-Celotti, J. Rouat, arXiv:2202.00282).</summary>
/// <param name="alpha">Tail fatness, above 1: the larger, the thinner the tail.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class QPseudoSpike(double alpha = 2.0) : Surrogate(("alpha", SurrogateConstant.Above(1, alpha)))
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u)
    {
        // a power by way of the logarithm: the base is at least 1
        var logarithm = Lane.Log(1 + ((2 / (alpha - 1)) * Lane.Abs(u)));
        return Lane.Exp((-alpha) * logarithm);
    }

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u)
    {
        var tail = ((Distance(u) * (2 / (alpha - 1))) + 1).pow(1 - alpha) / 2;
        return where(u.ge(0), 1 - tail, tail);
    }
}
