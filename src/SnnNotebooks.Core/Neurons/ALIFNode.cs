using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Leaky integrate and fire with an adaptive threshold: V_th[t] = V_0 + beta a[t], a[t] = rho a[t-1] + (1 - rho) S[t-1]
/// (G. Bellec et al., NeurIPS 2018, arXiv:1803.09574). Soft reset subtracts the threshold of that step.
/// </summary>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="decayInput">Whether the input is divided by tau, too.</param>
/// <param name="threshold">V_0, the threshold of a neuron that has long been silent.</param>
/// <param name="adaptation">beta, by how much the threshold of a neuron that always fires is higher.</param>
/// <param name="adaptationDecay">rho, 0 to 1.</param>
/// <param name="reset">Potential after a spike (also the initial and the resting one), or null for soft reset.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class ALIFNode(
    double tau = 2.0,
    bool decayInput = true,
    double threshold = 1.0,
    double adaptation = 1.8,
    double adaptationDecay = 0.9,
    double? reset = 0.0,
    bool detachReset = false,
    Surrogate? surrogate = null)
    : EquationNeuron(
        ["v", "a"],
        [
            (nameof(tau), NeuronConstant.Above1(tau)),
            (nameof(adaptation), adaptation),
            (nameof(adaptationDecay), NeuronConstant.Fraction(adaptationDecay)),
        ],
        threshold,
        reset,
        detachReset,
        surrogate)
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Describe() => [.. base.Describe(), ("decayInput", decayInput)];

    /// <inheritdoc/>
    protected override Lane[] Charge(Lane[] before, Lane x) =>
        [LIFNode.Charge(before[0], x, Number(nameof(tau)), RestingPotential, decayInput), before[1]];

    /// <inheritdoc/>
    protected override Lane Distance(Lane[] charged) => charged[0] - Adapted(charged[1]);

    /// <inheritdoc/>
    protected override Lane[] Fire(Lane[] charged, Lane spike, Lane resetting)
    {
        var (a, decay) = (charged[1], Number(nameof(adaptationDecay)));
        var v = ResetsHard ? AfterReset(charged[0], resetting) : charged[0] - (resetting * Adapted(a));
        return [v, (decay * a) + ((1 - decay) * spike)];
    }

    private Lane Adapted(Lane a) => Number(nameof(threshold)) + (Number(nameof(adaptation)) * a);
}
