using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>Integrate and fire: H[t] = V[t-1] + X[t].</summary>
/// <param name="threshold">Firing threshold.</param>
/// <param name="reset">Potential after a spike (also the initial one), or null for soft reset.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
public sealed class IFNode(double threshold = 1.0, double? reset = 0.0, bool detachReset = false, Surrogate? surrogate = null)
    : PointNeuron(null, threshold, reset, detachReset, surrogate)
{
    /// <inheritdoc/>
    protected override Lane Charge(Lane v, Lane x) => v + x;
}
