namespace SnnNotebooks.Models.Blocks;

/// <summary>Where a pooling stands to the neurons it belongs with.</summary>
public enum Downsampling
{
    /// <summary>
    /// Pool spikes: convolution, normalisation, neurons, max-pool (Spikformer; in Spikingformer neurons, max-pool, convolution).
    /// </summary>
    AfterNeuron,

    /// <summary>
    /// Pool currents: convolution, normalisation, max-pool, neurons (CML, C. Zhou et al., arXiv:2305.05954): gradients reach the element
    /// that decided.
    /// </summary>
    BeforeNeuron,
}
