using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Rectangle: derivative alpha where |u| is below 1 / (2 alpha), else 0 (Y. Wu et al., Frontiers in Neuroscience 2018, arXiv:1706.02609).</summary>
/// <param name="alpha">Height and one over the width, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class Rect(double alpha = 1.0)
    : Surrogate<RectGradient>(new RectGradient(SurrogateConstant.Above(0, alpha)), ("alpha", alpha)), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u)
    {
        using var scope = NewDisposeScope();
        return (((u * Constants["alpha"]) + 0.5).clamp(0, 1)).MoveToOuterDisposeScope();
    }
}

/// <summary>The derivative of <see cref="Rect"/>.</summary>
/// <param name="Alpha">Height and one over the width.</param>
public readonly record struct RectGradient(double Alpha) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane> => TLane.Select(LaneMath.Abs(u) - TLane.Const(0.5 / Alpha), TLane.Const(0), TLane.Const(Alpha));
}
