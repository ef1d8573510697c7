using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Leaky integrate and fire. With <c>decayInput</c>: H[t] = V[t-1] + (X[t] - (V[t-1] - V_reset)) / tau;
/// without: H[t] = V[t-1] - (V[t-1] - V_reset) / tau + X[t]. V_reset counts as 0 for soft reset.
/// </summary>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="decayInput">Whether the input is divided by tau, too.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="reset">Potential after a spike (also the initial and the resting one), or null for soft reset.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not above 1.</exception>
public sealed class LIFNode(
    double tau = 2.0,
    bool decayInput = true,
    double threshold = 1.0,
    double? reset = 0.0,
    bool detachReset = false,
    Surrogate? surrogate = null)
    : PointNeuron([(nameof(tau), NeuronConstant.Above1(tau))], threshold, reset, detachReset, surrogate)
{
    /// <summary>Membrane time constant in time steps.</summary>
    /// <exception cref="InvalidOperationException">It differs from neuron to neuron.</exception>
    public double Tau => Only(nameof(tau));

    /// <summary>Whether the input is divided by tau, too.</summary>
    public bool DecayInput { get; } = decayInput;

    /// <summary>The charge equation, for neurons that have it, too.</summary>
    /// <param name="v">Membrane potential after the last step, V[t-1].</param>
    /// <param name="x">Input current, X[t].</param>
    /// <param name="tau">Membrane time constant in time steps.</param>
    /// <param name="rest">Resting potential.</param>
    /// <param name="decayInput">Whether the input is divided by tau, too.</param>
    /// <returns>H[t].</returns>
    public static Lane Charge(Lane v, Lane x, Lane tau, Lane rest, bool decayInput)
    {
        var leak = v - rest;
        return decayInput ? v + ((x - leak) / tau) : v - (leak / tau) + x;
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Describe() => [.. base.Describe(), ("decayInput", DecayInput)];

    /// <inheritdoc/>
    protected override Lane Charge(Lane v, Lane x) => Charge(v, x, Number(nameof(tau)), RestingPotential, DecayInput);
}
