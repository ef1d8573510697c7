namespace SnnNotebooks.Neurons;

/// <summary>What happened in one neuron, step by step.</summary>
/// <param name="Input">Input current X[t], [T].</param>
/// <param name="Charged">Membrane potential H[t] before firing, [T].</param>
/// <param name="Potential">Membrane potential V[t] after the reset, [T].</param>
/// <param name="Spikes">S[t], 0 or 1, [T].</param>
/// <param name="Threshold">Firing threshold.</param>
/// <param name="Reset">Potential after a spike, or null for soft reset.</param>
public sealed record NeuronTrace(
    IReadOnlyList<double> Input,
    IReadOnlyList<double> Charged,
    IReadOnlyList<double> Potential,
    IReadOnlyList<double> Spikes,
    double Threshold,
    double? Reset);
