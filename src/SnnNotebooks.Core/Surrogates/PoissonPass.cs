using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>A spike with probability u (below 0 never, above 1 always), drawn from TorchSharp's own generator; the gradient passes straight through.</summary>
public sealed class PoissonPass : Surrogate
{
    internal override bool IsStep => false;

    /// <inheritdoc/>
    public override Lane Gradient(Lane u) => 1;

    /// <inheritdoc/>
    public override Tensor Primitive(Tensor u) => u.alias();

    internal override Tensor Fire(Tensor u)
    {
        using var scope = NewDisposeScope();
        return rand_like(u).lt(u).to(u.dtype).MoveToOuterDisposeScope();
    }
}
