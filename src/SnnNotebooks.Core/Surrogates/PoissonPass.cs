using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>
/// A spike with probability u (below 0 never, above 1 always), drawn from TorchSharp's own generator; the gradient passes straight
/// through.
/// </summary>
public sealed class PoissonPass : Surrogate
{
    internal override bool IsStep => false;

    /// <inheritdoc/>
    public override Lane Gradient(Lane u) => 1;

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u) => u.alias();

    internal override Tensor Fire(Tensor u)
    {

        // drawn in float32 at least: the steps of 16 bits are too coarse for chances
        return rand_like(u, dtype: u.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32).lt(u).to(u.dtype)
            ;
    }
}
