using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>A ramp with leaky tails: derivative 1 / (2w) where |u| is below w, else c.</summary>
/// <param name="w">Half width of the ramp, above 0.</param>
/// <param name="c">Slope of the tails.</param>
/// <param name="releaseSlope">
/// Take the derivative 1 / w on the ramp, as SpikingJelly 0.0.0.0.14 does: twice that of its own primitive.
/// </param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class PiecewiseLeakyReLU(double w = 1.0, double c = 0.01, bool releaseSlope = false)
    : Surrogate([("w", SurrogateConstant.Above(0, w)), ("c", SurrogateConstant.Finite(c)), .. SurrogateConstant.Release(releaseSlope)])
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u) => Lane.Select(Lane.Abs(u) - w, c, releaseSlope ? 1 / w : 1 / (2 * w));

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u) =>
        where(u.lt(-w), (u + w) * c, where(u.gt(w), ((u - w) * c) + 1, (u / (2 * w)) + 0.5));
}
