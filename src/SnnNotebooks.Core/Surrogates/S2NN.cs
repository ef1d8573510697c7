using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>
/// Sigmoid below, logarithm above: derivative alpha s (1 - s) with s = 1 / (1 + exp(-alpha u)) for u below 0, else beta / (u + 1) (K.
/// Suetake et al., arXiv:2201.10879).
/// </summary>
/// <param name="alpha">Sharpness below the threshold, above 0.</param>
/// <param name="beta">Height above the threshold, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class S2NN(double alpha = 4.0, double beta = 1.0)
    : Surrogate(("alpha", SurrogateConstant.Above(0, alpha)), ("beta", SurrogateConstant.Above(0, beta)))
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u)
    {
        var s = Lane.Sigmoid(u * alpha);
        return Lane.Select(u, beta / (u + 1), alpha * s * (1 - s));
    }

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u)
    {
        var above = (((u + 1).abs() + 1e-5).log() * beta) + 0.5;
        return where(u.ge(0), above, (u * alpha).sigmoid());
    }
}
