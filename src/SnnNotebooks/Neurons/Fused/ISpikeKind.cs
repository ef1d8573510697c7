namespace SnnNotebooks.Neurons.Fused;

/// <summary>What a neuron fires in one step: a type, so that the JIT drops what does not apply.</summary>
internal interface ISpikeKind
{
    /// <summary>True where a step can have several spikes, up to <see cref="SpikeRule.Levels"/>; false for 0 or 1.</summary>
    static abstract bool Counts { get; }
}

/// <summary>Spikes of 0 or 1.</summary>
internal readonly struct BinarySpikes : ISpikeKind
{
    public static bool Counts => false;
}

/// <summary>Whole numbers of spikes.</summary>
internal readonly struct SpikeCounts : ISpikeKind
{
    public static bool Counts => true;
}
