using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Leaky ReLU with slope k: derivative k where u is at least 0, else leak.</summary>
/// <param name="leak">Slope below the threshold.</param>
/// <param name="k">Slope from the threshold on.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class LeakyKReLU(double leak = 0.0, double k = 1.0)
    : Surrogate<LeakyKReLUGradient>(new LeakyKReLUGradient(SurrogateConstant.Finite(leak), SurrogateConstant.Finite(k)), ("leak", leak), ("k", k)), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u)
    {
        using var scope = NewDisposeScope();
        return where(u.ge(0), u * Constants["k"], u * Constants["leak"]).MoveToOuterDisposeScope();
    }
}

/// <summary>The derivative of <see cref="LeakyKReLU"/>.</summary>
/// <param name="Leak">Slope below the threshold.</param>
/// <param name="K">Slope from the threshold on.</param>
public readonly record struct LeakyKReLUGradient(double Leak, double K) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane> => TLane.Select(u, TLane.Const(K), TLane.Const(Leak));
}
