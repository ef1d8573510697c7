using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>
/// ReLU with a leaky lower and a logarithmic upper tail: derivative alpha where u is at most 0, 1 up to u = 1, 1/u above (Z. Cai et
/// al., CVPR 2017, arXiv:1702.00953).
/// </summary>
/// <param name="alpha">Slope at and below the threshold.</param>
/// <param name="releasePrimitive">
/// As SpikingJelly 0.0.0.0.14 has it: the primitive is NaN where u is at most 0 (0 times its logarithm), and alpha is rounded to single
/// precision.
/// </param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class LogTailedReLU(double alpha = 0.0, bool releasePrimitive = false)
    : Surrogate([("alpha", SurrogateConstant.Finite(alpha)), .. SurrogateConstant.Release(releasePrimitive)])
{
    private readonly double slope = releasePrimitive ? (float)alpha : alpha;

    /// <inheritdoc/>
    public override Lane Gradient(Lane u)
    {
        var above = Lane.Select(1 - u, 1, 1 / u);
        return Lane.Select(-u, slope, above);
    }

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u) => releasePrimitive
        ? (u * slope * u.le(0)) + (u * u.gt(0) * u.le(1)) + ((u.log() + 1) * u.gt(1))
        : where(u.le(0), u * slope, where(u.le(1), u, u.clamp_min(1).log() + 1));
}
