using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Logistic function: derivative alpha s (1 - s) with s = 1 / (1 + exp(-alpha u)).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class Sigmoid(double alpha = 4.0)
    : Surrogate<SigmoidGradient>(new SigmoidGradient(SurrogateConstant.Above(0, alpha)), ("alpha", alpha)), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u)
    {
        using var scope = NewDisposeScope();
        return ((u * Constants["alpha"]).sigmoid()).MoveToOuterDisposeScope();
    }
}

/// <summary>The derivative of <see cref="Sigmoid"/>.</summary>
/// <param name="Alpha">Sharpness.</param>
public readonly record struct SigmoidGradient(double Alpha) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>
    {
        var s = LaneMath.Sigmoid(u * TLane.Const(Alpha));
        return TLane.Const(Alpha) * s * (TLane.One - s);
    }
}
