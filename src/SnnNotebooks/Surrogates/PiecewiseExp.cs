using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Double exponential: derivative (alpha/2) exp(-alpha |u|) (S. Shrestha, G. Orchard, NeurIPS 2018, arXiv:1810.08646).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class PiecewiseExp(double alpha = 1.0)
    : Surrogate<PiecewiseExpGradient>(new PiecewiseExpGradient(SurrogateConstant.Above(0, alpha)), ("alpha", alpha)), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u)
    {
        using var scope = NewDisposeScope();
        var distance = where(u.ge(0), u, -u); // not abs: its derivative at 0 would be 0
        var tail = (distance * -Constants["alpha"]).exp() / 2;
        return where(u.ge(0), 1 - tail, tail).MoveToOuterDisposeScope();
    }
}

/// <summary>The derivative of <see cref="PiecewiseExp"/>.</summary>
/// <param name="Alpha">Sharpness.</param>
public readonly record struct PiecewiseExpGradient(double Alpha) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane> => TLane.Const(Alpha / 2) * TLane.Exp(TLane.Const(-Alpha) * LaneMath.Abs(u));
}
