using System.Runtime.CompilerServices;
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
public sealed class ILIFNode(double tau = 4.0 / 3.0, int maxSpikeCount = 4, double threshold = 1.0, bool detachReset = false, Surrogate? surrogate = null)
    : EquationNeuron<ILIFEquation>(
        nameof(ILIFNode),
        new ILIFEquation(new LIFDynamics(TimeConstant.Above1(tau), false, 0)),
        [("v", 0)],
        new SpikeRule(NeuronConstant.Above0(threshold), null, detachReset),
        surrogate ?? new MultiLevelSpikeCount(maxSpikeCount));

/// <summary>The equation of <see cref="ILIFNode"/>.</summary>
/// <param name="Leak">The charge equation.</param>
public readonly record struct ILIFEquation(LIFDynamics Leak) : INeuronEquation
{
    /// <inheritdoc/>
    public static int Variables => 1;

    /// <inheritdoc/>
    public static int Numbers => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Charge<TLane>(NeuronState<TLane> before, TLane x, LearnedNumbers<TLane> numbers)
        where TLane : struct, ILane<TLane> => new(Leak.Charge(before.V, x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Distance<TLane>(NeuronState<TLane> charged, SpikeRule rule)
        where TLane : struct, ILane<TLane> => charged.V / TLane.Const(rule.Threshold);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Fire<TLane>(NeuronState<TLane> charged, TLane spike, TLane resetting, LearnedNumbers<TLane> numbers, SpikeRule rule)
        where TLane : struct, ILane<TLane> => new(rule.After(charged.V, resetting));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Output<TLane>(NeuronState<TLane> charged, TLane spike, SpikeRule rule)
        where TLane : struct, ILane<TLane> => spike;
}
