using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Logistic function: derivative alpha s (1 - s) with s = 1 / (1 + exp(-alpha u)).</summary>
/// <param name="alpha">Sharpness, above 0.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class Sigmoid(double alpha = 4.0) : Surrogate(("alpha", SurrogateConstant.Above(0, alpha)))
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u)
    {
        var s = Lane.Sigmoid(u * alpha);
        return alpha * s * (1 - s);
    }

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u) => (u * alpha).sigmoid();
}
