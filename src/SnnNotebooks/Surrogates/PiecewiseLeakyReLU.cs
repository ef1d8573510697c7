using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>A ramp with leaky tails: derivative 1 / (2w) where |u| is below w, else c.</summary>
/// <param name="w">Half width of the ramp, above 0.</param>
/// <param name="c">Slope of the tails.</param>
/// <param name="releaseSlope">Take the derivative 1 / w on the ramp, as SpikingJelly 0.0.0.0.14 does: twice that of its own primitive.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class PiecewiseLeakyReLU(double w = 1.0, double c = 0.01, bool releaseSlope = false)
    : Surrogate<PiecewiseLeakyReLUGradient>(
        new PiecewiseLeakyReLUGradient(SurrogateConstant.Above(0, w), SurrogateConstant.Finite(c), releaseSlope ? 1 / w : 1 / (2 * w)),
        [("w", w), ("c", c), .. SurrogateConstant.Release(releaseSlope)]), IPrimitive
{
    /// <inheritdoc/>
    public Tensor Primitive(Tensor u)
    {
        using var scope = NewDisposeScope();
        var (w, c) = (Constants["w"], Constants["c"]);
        return where(u.lt(-w), (u + w) * c, where(u.gt(w), ((u - w) * c) + 1, (u / (2 * w)) + 0.5)).MoveToOuterDisposeScope();
    }
}

/// <summary>The derivative of <see cref="PiecewiseLeakyReLU"/>.</summary>
/// <param name="W">Half width of the ramp.</param>
/// <param name="C">Slope of the tails.</param>
/// <param name="Slope">Slope of the ramp.</param>
public readonly record struct PiecewiseLeakyReLUGradient(double W, double C, double Slope) : ISurrogateGradient
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Gradient<TLane>(TLane u)
        where TLane : struct, ILane<TLane> => TLane.Select(LaneMath.Abs(u) - TLane.Const(W), TLane.Const(C), TLane.Const(Slope));
}
