using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>The functions a <see cref="LIAFNode"/> gives its potential out through.</summary>
public enum AnalogActivation
{
    /// <summary>max(u, 0); derivative 0 at 0.</summary>
    Relu,

    /// <summary>1 / (1 + exp(-u)).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>u itself.</summary>
    Identity,
}

/// <summary>
/// Leaky integrate and analogue fire: charges and resets as <see cref="LIFNode"/>, but gives out act(H - threshold) or act(H)
/// instead of the spike (Z. Wu et al., IEEE TNNLS 33, 6249, 2022).
/// </summary>
/// <param name="activation">act.</param>
/// <param name="thresholdRelated">True for act(H - threshold), false for act(H).</param>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="decayInput">Whether the input is divided by tau, too.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="reset">Potential after a spike (also the initial and the resting one), or null for soft reset.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not above 1.</exception>
public sealed class LIAFNode(
    AnalogActivation activation = AnalogActivation.Relu,
    bool thresholdRelated = false,
    double tau = 2.0,
    bool decayInput = true,
    double threshold = 1.0,
    double? reset = 0.0,
    bool detachReset = false,
    Surrogate? surrogate = null)
    : PointNeuron([(nameof(tau), NeuronConstant.Above1(tau))], threshold, reset, detachReset, surrogate)
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Describe() =>
        [.. base.Describe(), ("activation", activation), ("thresholdRelated", thresholdRelated), ("decayInput", decayInput)];

    /// <inheritdoc/>
    protected override Lane Charge(Lane v, Lane x) => LIFNode.Charge(v, x, Number(nameof(tau)), RestingPotential, decayInput);

    /// <inheritdoc/>
    protected override Lane Output(Lane[] charged, Lane spike)
    {
        var u = thresholdRelated ? Distance(charged) : charged[0];
        return activation switch
        {
            AnalogActivation.Relu => Lane.Relu(u),
            AnalogActivation.Sigmoid => Lane.Sigmoid(u),
            AnalogActivation.Tanh => (2 * Lane.Sigmoid(2 * u)) - 1,
            _ => u,
        };
    }
}
