using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Arc tangent: derivative (alpha/2) / (1 + (pi/2 alpha u)^2) (W. Fang et al., ICCV 2021, arXiv:2007.05785).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is out of range.</exception>
public sealed class ATan(double alpha = 2.0)
    : Surrogate<ATanGradient>(new ATanGradient(SurrogateConstant.Above(0, alpha)), ("alpha", alpha)), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u)
    {
        using var scope = NewDisposeScope();
        return ((u * (Math.PI / 2 * Constants["alpha"])).atan() / Math.PI + 0.5).MoveToOuterDisposeScope();
    }
}

/// <summary>The derivative of <see cref="ATan"/>.</summary>
/// <param name="Alpha">Sharpness.</param>
public readonly record struct ATanGradient(double Alpha) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>
    {
        var scaled = u * TLane.Const(Math.PI / 2 * Alpha);
        return TLane.Const(Alpha / 2) / (TLane.One + (scaled * scaled));
    }
}
