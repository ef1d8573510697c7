using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Izhikevich's neuron: H[t] = V[t-1] + (X[t] + a0 (V[t-1] - V_rest) (V[t-1] - V_c) - w[t-1]) / tau, with an adaptation that
/// follows the potential, w += (a (H - V_rest) - w) / tau_w, and jumps at each spike, w += b S
/// (E. Izhikevich, IEEE Transactions on Neural Networks 14, 1569, 2003). As in SpikingJelly, detaching the reset detaches what is
/// taken off the potential, not the reset potential put in its place, nor the jump.
/// </summary>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="critical">V_c, above which the neuron runs off by itself.</param>
/// <param name="strength">a0, above 0.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="reset">Potential after a spike (also the initial one), or null for soft reset.</param>
/// <param name="rest">Resting potential.</param>
/// <param name="adaptationRest">Initial adaptation.</param>
/// <param name="adaptationTau">tau_w, in time steps, above 0.</param>
/// <param name="coupling">a: how strongly the adaptation follows the potential.</param>
/// <param name="jump">b: by how much a spike raises the adaptation.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class IzhikevichNode(
    double tau = 2.0,
    double critical = 0.8,
    double strength = 1.0,
    double threshold = 1.0,
    double? reset = 0.0,
    double rest = -0.1,
    double adaptationRest = 0.0,
    double adaptationTau = 2.0,
    double coupling = 0.0,
    double jump = 0.0,
    bool detachReset = false,
    Surrogate? surrogate = null)
    : EquationNeuron(
        ["v", "w"],
        [
            (nameof(tau), NeuronConstant.Above1(tau)), (nameof(critical), critical),
            (nameof(strength), NeuronConstant.Above0(strength)), (nameof(rest), rest), (nameof(adaptationRest), adaptationRest),
            (nameof(adaptationTau), NeuronConstant.Above0(adaptationTau)), (nameof(coupling), coupling), (nameof(jump), jump),
        ],
        threshold,
        reset,
        detachReset,
        surrogate)
{
    /// <inheritdoc/>
    protected override Lane[] Charge(Lane[] before, Lane x)
    {
        var (v, w, vRest) = (before[0], before[1], Number(nameof(rest)));
        var h = v + ((x + (Number(nameof(strength)) * (v - vRest) * (v - Number(nameof(critical)))) - w) / Number(nameof(tau)));
        return [h, w + ((1 / Number(nameof(adaptationTau))) * ((Number(nameof(coupling)) * (h - vRest)) - w))];
    }

    /// <inheritdoc/>
    protected override Lane[] Fire(Lane[] charged, Lane spike, Lane resetting)
    {
        var v = ResetsHard ? ((1 - resetting) * charged[0]) + (spike * RestingPotential) : AfterReset(charged[0], resetting);
        return [v, charged[1] + (Number(nameof(jump)) * spike)];
    }

    /// <inheritdoc/>
    protected override Lane[] Rest() => [RestingPotential, Number(nameof(adaptationRest))];
}
