namespace SnnNotebooks.Energy;

/// <summary>What one convolution or linear layer costs for one input.</summary>
/// <param name="Name">Its path in the network.</param>
/// <param name="DenseOperations">Operations if every input were a number, over all time steps, additive terms included.</param>
/// <param name="Rate">Mean of its input where that is spikes; 1 where it is numbers.</param>
/// <param name="IsSpiking">Whether its input is spikes: then it costs <paramref name="DenseOperations"/> times <paramref name="Rate"/>
/// additions, else as many multiplications.</param>
/// <param name="Weights">Multiplications of inputs with weights among the dense operations: additive terms left out.</param>
/// <param name="Counted">Additions as counted over batches of unequal size, whose mean is not that of their rates; null for the
/// product.</param>
public sealed record LayerCost(string Name, double DenseOperations, double Rate, bool IsSpiking, double Weights = 0, double? Counted = null)
{
    /// <summary>Additions.</summary>
    public double Acs => IsSpiking ? Counted ?? (DenseOperations * Rate) : 0;

    /// <summary>Multiplications with addition.</summary>
    public double Macs => IsSpiking ? 0 : DenseOperations;

    /// <summary>The energy in millijoule.</summary>
    /// <param name="rules">What an operation costs.</param>
    /// <returns>Millijoule, at least 0.</returns>
    public double Millijoule(EnergyRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return ((rules.MacPicojoule * Macs) + (rules.AcPicojoule * Acs)) * 1e-9;
    }
}

/// <summary>What the products of one spiking attention cost for one input, in additions.</summary>
/// <param name="Name">Its path in the network.</param>
/// <param name="Acs">Additions.</param>
public sealed record AttentionCost(string Name, double Acs)
{
    /// <summary>Spiking self-attention, K'V first, then Q(K'V): T h N d^2 (min(r_k, r_v) + r_q) (Spikingformer's published rule).</summary>
    /// <param name="name">Its path in the network.</param>
    /// <param name="steps">T.</param>
    /// <param name="heads">h.</param>
    /// <param name="tokens">N.</param>
    /// <param name="headSize">d.</param>
    /// <param name="query">Mean of the queries.</param>
    /// <param name="key">Mean of the keys.</param>
    /// <param name="value">Mean of the values.</param>
    /// <returns>The additions of one input over all T.</returns>
    public static AttentionCost SelfAttention(
        string name, long steps, long heads, long tokens, long headSize, double query, double key, double value) =>
        new(name, (double)steps * heads * tokens * headSize * headSize * (Math.Min(key, value) + query));

    /// <summary>
    /// Q-K attention: the sum of the query spikes, T N C r_q; switching keys on and off adds nothing. (The paper states the complexity,
    /// its code counts nothing.)
    /// </summary>
    /// <param name="name">Its path in the network.</param>
    /// <param name="steps">T.</param>
    /// <param name="tokens">N.</param>
    /// <param name="features">C.</param>
    /// <param name="query">Mean of the queries.</param>
    /// <returns>The additions of one input over all T.</returns>
    public static AttentionCost QueryKey(string name, long steps, long tokens, long features, double query) =>
        new(name, (double)steps * tokens * features * query);
}

/// <summary>What a network costs for one input.</summary>
/// <param name="Layers">Convolutions and linear layers, in the order they ran.</param>
/// <param name="Attention">Products of attention.</param>
/// <param name="Rules">What an operation was taken to cost.</param>
public sealed record EnergyReport(IReadOnlyList<LayerCost> Layers, IReadOnlyList<AttentionCost> Attention, EnergyRules Rules)
{
    /// <summary>All multiplications with addition.</summary>
    public double Macs => Layers.Sum(layer => layer.Macs);

    /// <summary>All additions: synaptic operations.</summary>
    public double Acs => Layers.Sum(layer => layer.Acs) + Attention.Sum(attention => attention.Acs);

    /// <summary>Additions of attention alone.</summary>
    public double AttentionAcs => Attention.Sum(attention => attention.Acs);

    /// <summary>The energy in millijoule.</summary>
    public double Millijoule => ((Rules.MacPicojoule * Macs) + (Rules.AcPicojoule * Acs)) * 1e-9;
}
