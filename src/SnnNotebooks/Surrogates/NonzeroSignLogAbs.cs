using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Logarithm on both sides: derivative 1 / (1/alpha + |u|).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class NonzeroSignLogAbs(double alpha = 1.0)
    : Surrogate<NonzeroSignLogAbsGradient>(new NonzeroSignLogAbsGradient(SurrogateConstant.Above(0, alpha)), ("alpha", alpha)), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u)
    {
        using var scope = NewDisposeScope();
        var distance = where(u.ge(0), u, -u); // not abs: its derivative at 0 would be 0
        var height = ((distance * Constants["alpha"]) + 1).log();
        return where(u.ge(0), height, -height).MoveToOuterDisposeScope();
    }
}

/// <summary>The derivative of <see cref="NonzeroSignLogAbs"/>.</summary>
/// <param name="Alpha">Sharpness.</param>
public readonly record struct NonzeroSignLogAbsGradient(double Alpha) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane> => TLane.One / (TLane.Const(1 / Alpha) + LaneMath.Abs(u));
}
