using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>Leaky ReLU with slope k: derivative k where u is at least 0, else leak.</summary>
/// <param name="leak">Slope below the threshold.</param>
/// <param name="k">Slope from the threshold on.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class LeakyKReLU(double leak = 0.0, double k = 1.0)
    : Surrogate(("leak", SurrogateConstant.Finite(leak)), ("k", SurrogateConstant.Finite(k)))
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u) => Lane.Select(u, k, leak);

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u) => where(u.ge(0), u * k, u * leak);
}
