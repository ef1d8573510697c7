using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Models.Blocks;

/// <summary>The neurons of a spiking transformer.</summary>
/// <param name="Tau">Membrane time constant in time steps, above 1.</param>
/// <param name="Kind">The neuron model; the papers' networks are LIF, their ablations IF and PLIF.</param>
/// <param name="Neuron">Makes a layer of neurons of your own for a threshold, in place of the two.</param>
public sealed record TransformerNeurons(
    double Tau = 2.0, TransformerNeuronKind Kind = TransformerNeuronKind.LIF, Func<double, SpikingNeuron>? Neuron = null)
{
    /// <summary>The threshold of the neuron after the attention product, half that of the others.</summary>
    public const double AttentionThreshold = 0.5;

    /// <summary>A layer of your own, or: hard reset to 0, no gradient through the reset, sigmoid surrogate with alpha 4.</summary>
    /// <param name="threshold">Firing threshold.</param>
    /// <returns>A new layer.</returns>
    public SpikingNeuron Create(double threshold = 1.0) => Neuron?.Invoke(threshold) ?? Kind switch
    {
        TransformerNeuronKind.IF => new IFNode(threshold, detachReset: true, surrogate: new Sigmoid(4)),
        TransformerNeuronKind.PLIF => new ParametricLIFNode(Tau, threshold: threshold, detachReset: true, surrogate: new Sigmoid(4)),
        _ => new LIFNode(Tau, threshold: threshold, detachReset: true, surrogate: new Sigmoid(4)),
    };
}

/// <summary>Neuron models of the spiking transformers.</summary>
public enum TransformerNeuronKind
{
    /// <summary>Leaky integrate and fire.</summary>
    LIF,

    /// <summary>Integrate and fire.</summary>
    IF,

    /// <summary>Leaky integrate and fire with a learned time constant for each layer.</summary>
    PLIF,
}

/// <summary>Where a branch of a residual block has its neurons, and so what the shortcut carries.</summary>
public enum ResidualKind
{
    /// <summary>At the end: the shortcut adds spikes, and integers grow from block to block (SEW; Spikformer, QKFormer).</summary>
    Spikes,

    /// <summary>
    /// At the start: the shortcut adds membrane currents, and every convolution but the first sees spikes only (Spikingformer; QKFormer's
    /// "PA").
    /// </summary>
    Membrane,
}
