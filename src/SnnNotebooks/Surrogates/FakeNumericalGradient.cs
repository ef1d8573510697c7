using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;

namespace SnnNotebooks.Surrogates;

/// <summary>The quotient of the step and its distance: derivative min(sign(u) / u, alpha), sign(0) = 1, so at negative zero it is minus infinity as in SpikingJelly; a neuron's u is never negative zero. It has no primitive.</summary>
/// <param name="alpha">Largest derivative, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class FakeNumericalGradient(double alpha = 0.3)
    : Surrogate<FakeNumericalGradientGradient>(new FakeNumericalGradientGradient(SurrogateConstant.Above(0, alpha)), ("alpha", alpha));

/// <summary>The derivative of <see cref="FakeNumericalGradient"/>.</summary>
/// <param name="Alpha">Largest derivative.</param>
public readonly record struct FakeNumericalGradientGradient(double Alpha) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>
    {
        var sign = TLane.Select(u, TLane.One, TLane.Const(-1));
        return LaneMath.Min(sign / u, TLane.Const(Alpha));
    }
}
