using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;

namespace SnnNotebooks.Surrogates;

/// <summary>SuperSpike as SpikingJelly has it: derivative alpha / (1 + |u|)^2, which alpha scales and does not sharpen (after F. Zenke, S. Ganguli, Neural Computation 2018, arXiv:1705.11146). It has no primitive there.</summary>
/// <param name="alpha">Height, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class SuperSpike(double alpha = 1.0)
    : Surrogate<SuperSpikeGradient>(new SuperSpikeGradient(SurrogateConstant.Above(0, alpha)), ("alpha", alpha));

/// <summary>The derivative of <see cref="SuperSpike"/>.</summary>
/// <param name="Alpha">Height.</param>
public readonly record struct SuperSpikeGradient(double Alpha) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>
    {
        var distance = TLane.One + LaneMath.Abs(u);
        return TLane.Const(Alpha) / (distance * distance);
    }
}
