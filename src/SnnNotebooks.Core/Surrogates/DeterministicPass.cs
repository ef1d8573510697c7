using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Surrogates;

/// <summary>
/// Straight through: derivative 1 everywhere; the primitive is u itself (Y. Bengio, N. Léonard, A. Courville, arXiv:1308.3432).
/// </summary>
public sealed class DeterministicPass : Surrogate
{
    /// <inheritdoc/>
    public override Lane Gradient(Lane u) => 1;

    /// <inheritdoc/>
    protected override Tensor Smooth(Tensor u) => u.alias();
}
