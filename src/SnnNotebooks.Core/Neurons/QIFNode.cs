using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Quadratic integrate and fire: H[t] = V[t-1] + (X[t] + a0 (V[t-1] - V_rest) (V[t-1] - V_c)) / tau
/// (B. Ermentrout, Neural Computation 8, 979, 1996).
/// </summary>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="critical">V_c, above which the neuron runs off by itself.</param>
/// <param name="strength">a0, above 0.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="rest">Resting potential.</param>
/// <param name="reset">Potential after a spike (also the initial one), or null for soft reset.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException">
/// <paramref name="tau"/> is not above 1, or <paramref name="strength"/> not above 0.
/// </exception>
public sealed class QIFNode(
    double tau = 2.0,
    double critical = 0.8,
    double strength = 1.0,
    double threshold = 1.0,
    double rest = 0.0,
    double? reset = -0.1,
    bool detachReset = false,
    Surrogate? surrogate = null)
    : PointNeuron(
        [
            (nameof(tau), NeuronConstant.Above1(tau)), (nameof(critical), critical),
            (nameof(strength), NeuronConstant.Above0(strength)), (nameof(rest), rest),
        ],
        threshold,
        reset,
        detachReset,
        surrogate)
{
    /// <inheritdoc/>
    protected override Lane Charge(Lane v, Lane x) =>
        v + ((x + (Number(nameof(strength)) * (v - Number(nameof(rest))) * (v - Number(nameof(critical))))) / Number(nameof(tau)));
}
