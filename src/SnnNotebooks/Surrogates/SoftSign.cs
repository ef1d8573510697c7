using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Soft sign: derivative 1 / (2 alpha (1/alpha + |u|)^2).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class SoftSign(double alpha = 2.0)
    : Surrogate<SoftSignGradient>(new SoftSignGradient(SurrogateConstant.Above(0, alpha)), ("alpha", alpha)), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u)
    {
        using var scope = NewDisposeScope();
        var scaled = u * Constants["alpha"];
        return (((scaled / (scaled.abs() + 1)) + 1) / 2).MoveToOuterDisposeScope();
    }
}

/// <summary>The derivative of <see cref="SoftSign"/>.</summary>
/// <param name="Alpha">Sharpness.</param>
public readonly record struct SoftSignGradient(double Alpha) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>
    {
        var distance = TLane.Const(1 / Alpha) + LaneMath.Abs(u);
        return TLane.One / (TLane.Const(2 * Alpha) * distance * distance);
    }
}
