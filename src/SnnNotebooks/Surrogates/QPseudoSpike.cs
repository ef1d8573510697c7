using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>q-pseudo-spike: derivative (1 + 2 |u| / (alpha - 1))^-alpha (J. Herranz-Celotti, J. Rouat, arXiv:2202.00282).</summary>
/// <param name="alpha">Tail fatness, above 1: the larger, the thinner the tail.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class QPseudoSpike(double alpha = 2.0)
    : Surrogate<QPseudoSpikeGradient>(new QPseudoSpikeGradient(SurrogateConstant.Above(1, alpha)), ("alpha", alpha)), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u)
    {
        using var scope = NewDisposeScope();
        var alpha = Constants["alpha"];
        var distance = where(u.ge(0), u, -u); // not abs: its derivative at 0 would be 0
        var tail = ((distance * (2 / (alpha - 1))) + 1).pow(1 - alpha) / 2;
        return where(u.ge(0), 1 - tail, tail).MoveToOuterDisposeScope();
    }
}

/// <summary>The derivative of <see cref="QPseudoSpike"/>.</summary>
/// <param name="Alpha">Tail fatness.</param>
public readonly record struct QPseudoSpikeGradient(double Alpha) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>
    {
        // a power by way of the logarithm: the base is at least 1
        var logarithm = TLane.Log(TLane.One + (TLane.Const(2 / (Alpha - 1)) * LaneMath.Abs(u)));
        return TLane.Exp(TLane.Const(-Alpha) * logarithm);
    }
}
