using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary><see cref="IFNode"/> for teaching: its potential starts at 0, whatever the reset.</summary>
/// <param name="threshold">Firing threshold.</param>
/// <param name="reset">Potential after a spike, or null for soft reset.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
public sealed class SimpleIFNode(double threshold = 1.0, double? reset = 0.0, bool detachReset = false, Surrogate? surrogate = null)
    : PointNeuron(null, threshold, reset, detachReset, surrogate)
{
    /// <inheritdoc/>
    protected override Lane Charge(Lane v, Lane x) => v + x;

    /// <inheritdoc/>
    protected override Lane[] Rest() => [0];
}

/// <summary><see cref="LIFNode"/> for teaching: its potential starts at 0, whatever the reset.</summary>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="decayInput">Whether the input is divided by tau, too.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="reset">Potential after a spike (also the resting one), or null for soft reset.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not above 1.</exception>
public sealed class SimpleLIFNode(
    double tau = 2.0,
    bool decayInput = true,
    double threshold = 1.0,
    double? reset = 0.0,
    bool detachReset = false,
    Surrogate? surrogate = null)
    : PointNeuron([(nameof(tau), NeuronConstant.Above1(tau))], threshold, reset, detachReset, surrogate)
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Describe() => [.. base.Describe(), ("decayInput", decayInput)];

    /// <inheritdoc/>
    protected override Lane Charge(Lane v, Lane x) => LIFNode.Charge(v, x, Number(nameof(tau)), RestingPotential, decayInput);

    /// <inheritdoc/>
    protected override Lane[] Rest() => [0];
}

/// <summary>
/// Integrate and fire with soft reset that starts half-way to its threshold, so that its firing rate is the rounded, not the
/// truncated, mean of its input (T. Bu et al., ICLR 2022, arXiv:2303.04347).
/// </summary>
/// <param name="threshold">Firing threshold, above 0.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="threshold"/> is not above 0.</exception>
public sealed class HalfThresholdIFNode(double threshold = 1.0, bool detachReset = false, Surrogate? surrogate = null)
    : PointNeuron(null, NeuronConstant.Above0(threshold), null, detachReset, surrogate)
{
    /// <inheritdoc/>
    protected override Lane Charge(Lane v, Lane x) => v + x;

    /// <inheritdoc/>
    protected override Lane[] Rest() => [Number(nameof(threshold)) / 2];
}
