using SnnNotebooks.Neurons;

namespace SnnNotebooks.Surrogates;

/// <summary>
/// The quotient of the step and its distance: derivative min(sign(u) / u, alpha), sign(0) = 1, so at negative zero it is minus infinity
/// as in SpikingJelly; a neuron's u is never negative zero. It has no primitive.
/// </summary>
/// <param name="alpha">Largest derivative, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class FakeNumericalGradient(double alpha = 0.3) : Surrogate(("alpha", SurrogateConstant.Above(0, alpha)))
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u)
    {
        var sign = Lane.Select(u, 1, -1);
        return Lane.Min(sign / u, alpha);
    }
}
