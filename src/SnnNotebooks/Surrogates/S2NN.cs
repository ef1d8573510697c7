using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Sigmoid below, logarithm above: derivative alpha s (1 - s) with s = 1 / (1 + exp(-alpha u)) for u below 0, else beta / (u + 1) (K. Suetake et al., arXiv:2201.10879).</summary>
/// <param name="alpha">Sharpness below the threshold, above 0.</param>
/// <param name="beta">Height above the threshold, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class S2NN(double alpha = 4.0, double beta = 1.0)
    : Surrogate<S2NNGradient>(new S2NNGradient(SurrogateConstant.Above(0, alpha), SurrogateConstant.Above(0, beta)), ("alpha", alpha), ("beta", beta)), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u)
    {
        using var scope = NewDisposeScope();
        var above = (((u + 1).abs() + 1e-5).log() * Constants["beta"]) + 0.5;
        return where(u.ge(0), above, (u * Constants["alpha"]).sigmoid()).MoveToOuterDisposeScope();
    }
}

/// <summary>The derivative of <see cref="S2NN"/>.</summary>
/// <param name="Alpha">Sharpness below the threshold.</param>
/// <param name="Beta">Height above the threshold.</param>
public readonly record struct S2NNGradient(double Alpha, double Beta) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>
    {
        var s = LaneMath.Sigmoid(u * TLane.Const(Alpha));
        return TLane.Select(u, TLane.Const(Beta) / (u + TLane.One), TLane.Const(Alpha) * s * (TLane.One - s));
    }
}
