using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Leaky integrate and fire with whole numbers of spikes: S = round(clamp(H / threshold, 0, D)), half to even, and soft reset,
/// V = H - S threshold; the input is not divided by tau (X. Luo et al., ECCV 2024, arXiv:2407.20708).
/// </summary>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="maxSpikeCount">D, the most spikes of one step, at least 1.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">What counts the spikes; <see cref="MultiLevelSpikeCount"/> with D where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class ILIFNode(
    double tau = 4.0 / 3.0, int maxSpikeCount = 4, double threshold = 1.0, bool detachReset = false, Surrogate? surrogate = null)
    : PointNeuron(
        [(nameof(tau), NeuronConstant.Above1(tau))],
        NeuronConstant.Above0(threshold),
        null,
        detachReset,
        surrogate ?? new MultiLevelSpikeCount(maxSpikeCount))
{
    /// <inheritdoc/>
    protected override Lane Charge(Lane v, Lane x) => LIFNode.Charge(v, x, Number(nameof(tau)), 0, decayInput: false);

    /// <inheritdoc/>
    protected override Lane Distance(Lane[] charged) => charged[0] / Number(nameof(threshold));
}
