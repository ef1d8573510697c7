using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Gaussian error function: derivative (alpha / sqrt(pi)) exp(-(alpha u)^2).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class Erf(double alpha = 2.0)
    : Surrogate<ErfGradient>(new ErfGradient(SurrogateConstant.Above(0, alpha)), ("alpha", alpha)), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u)
    {
        using var scope = NewDisposeScope();
        return ((u * -Constants["alpha"]).erfc() / 2).MoveToOuterDisposeScope();
    }
}

/// <summary>The derivative of <see cref="Erf"/>.</summary>
/// <param name="Alpha">Sharpness.</param>
public readonly record struct ErfGradient(double Alpha) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>
    {
        var scaled = u * TLane.Const(Alpha);
        return TLane.Const(Alpha / Math.Sqrt(Math.PI)) * TLane.Exp(-(scaled * scaled));
    }
}
