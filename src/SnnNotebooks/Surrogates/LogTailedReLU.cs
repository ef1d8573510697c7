using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>ReLU with a leaky lower and a logarithmic upper tail: derivative alpha where u is at most 0, 1 up to u = 1, 1/u above (Z. Cai et al., CVPR 2017, arXiv:1702.00953).</summary>
/// <param name="alpha">Slope at and below the threshold.</param>
/// <param name="releasePrimitive">As SpikingJelly 0.0.0.0.14 has it: the primitive is NaN where u is at most 0 (0 times its logarithm), and alpha is rounded to single precision.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class LogTailedReLU(double alpha = 0.0, bool releasePrimitive = false)
    : Surrogate<LogTailedReLUGradient>(
        new LogTailedReLUGradient(releasePrimitive ? (float)SurrogateConstant.Finite(alpha) : SurrogateConstant.Finite(alpha)),
        [("alpha", alpha), .. SurrogateConstant.Release(releasePrimitive)]), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u)
    {
        using var scope = NewDisposeScope();
        var alpha = releasePrimitive ? (float)Constants["alpha"] : Constants["alpha"];
        return (releasePrimitive
            ? (u * alpha * u.le(0)) + (u * u.gt(0) * u.le(1)) + ((u.log() + 1) * u.gt(1))
            : where(u.le(0), u * alpha, where(u.le(1), u, u.clamp_min(1).log() + 1))).MoveToOuterDisposeScope();
    }
}

/// <summary>The derivative of <see cref="LogTailedReLU"/>.</summary>
/// <param name="Alpha">Slope at and below the threshold.</param>
public readonly record struct LogTailedReLUGradient(double Alpha) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane>
    {
        var above = TLane.Select(TLane.One - u, TLane.One, TLane.One / u);
        return TLane.Select(-u, TLane.Const(Alpha), above);
    }
}
