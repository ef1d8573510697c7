using SnnNotebooks.Neurons;

namespace SnnNotebooks.Surrogates;

/// <summary>
/// SuperSpike as SpikingJelly has it: derivative alpha / (1 + |u|)^2, which alpha scales and does not sharpen (after F. Zenke, S.
/// Ganguli, Neural Computation 2018, arXiv:1705.11146). It has no primitive there.
/// </summary>
/// <param name="alpha">Height, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class SuperSpike(double alpha = 1.0) : Surrogate(("alpha", SurrogateConstant.Above(0, alpha)))
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u)
    {
        var distance = 1 + Lane.Abs(u);
        return alpha / (distance * distance);
    }
}
