using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Triangle: derivative max(0, alpha - alpha^2 |u|) (S. Esser et al., PNAS 2016; G. Bellec et al., NeurIPS 2018, arXiv:1803.09574).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class PiecewiseQuadratic(double alpha = 1.0)
    : Surrogate<PiecewiseQuadraticGradient>(new PiecewiseQuadraticGradient(SurrogateConstant.Above(0, alpha)), ("alpha", alpha)), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u)
    {
        using var scope = NewDisposeScope();
        var alpha = Constants["alpha"];
        var inside = (u * u.abs() * (-alpha * alpha / 2)) + (u * alpha) + 0.5;
        return where(u.abs().gt(1 / alpha), u.gt(0).to(u.dtype), inside).MoveToOuterDisposeScope();
    }
}

/// <summary>The derivative of <see cref="PiecewiseQuadratic"/>.</summary>
/// <param name="Alpha">Sharpness.</param>
public readonly record struct PiecewiseQuadraticGradient(double Alpha) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>
    {
        var height = TLane.Const(Alpha) - (TLane.Const(Alpha * Alpha) * LaneMath.Abs(u));
        return TLane.Select(TLane.Const(1 / Alpha) - LaneMath.Abs(u), height, TLane.Const(0));
    }
}
