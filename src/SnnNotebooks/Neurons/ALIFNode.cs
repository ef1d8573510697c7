using System.Runtime.CompilerServices;
using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Leaky integrate and fire with an adaptive threshold: V_th[t] = V_0 + beta a[t], a[t] = rho a[t-1] + (1 - rho) S[t-1]
/// (G. Bellec et al., NeurIPS 2018, arXiv:1803.09574). Soft reset subtracts the threshold of that step.
/// </summary>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="decayInput">Whether the input is divided by tau, too.</param>
/// <param name="threshold">V_0, the threshold of a neuron that has long been silent.</param>
/// <param name="adaptation">beta, by how much the threshold of a neuron that always fires is higher.</param>
/// <param name="adaptationDecay">rho, 0 to 1.</param>
/// <param name="reset">Potential after a spike (also the initial and the resting one), or null for soft reset.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class ALIFNode(
    double tau = 2.0,
    bool decayInput = true,
    double threshold = 1.0,
    double adaptation = 1.8,
    double adaptationDecay = 0.9,
    double? reset = 0.0,
    bool detachReset = false,
    Surrogate? surrogate = null)
    : EquationNeuron<ALIFEquation>(
        nameof(ALIFNode),
        new ALIFEquation(new LIFDynamics(TimeConstant.Above1(tau), decayInput, reset ?? 0), adaptation, NeuronConstant.Fraction(adaptationDecay)),
        [("v", reset ?? 0), ("a", 0)],
        new SpikeRule(threshold, reset, detachReset),
        surrogate);

/// <summary>The equation of <see cref="ALIFNode"/>; the second variable is a.</summary>
/// <param name="Leak">The charge equation.</param>
/// <param name="Adaptation">beta.</param>
/// <param name="Decay">rho.</param>
public readonly record struct ALIFEquation(LIFDynamics Leak, double Adaptation, double Decay) : INeuronEquation
{
    /// <inheritdoc/>
    public static int Variables => 2;

    /// <inheritdoc/>
    public static int Numbers => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Charge<TLane>(NeuronState<TLane> before, TLane x, LearnedNumbers<TLane> numbers)
        where TLane : struct, ILane<TLane> => new(Leak.Charge(before.V, x), before.A);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Distance<TLane>(NeuronState<TLane> charged, SpikeRule rule)
        where TLane : struct, ILane<TLane> => charged.V - Threshold(charged.A, rule);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Fire<TLane>(NeuronState<TLane> charged, TLane spike, TLane resetting, LearnedNumbers<TLane> numbers, SpikeRule rule)
        where TLane : struct, ILane<TLane>
    {
        var v = rule.Reset is { } reset
            ? ((TLane.One - resetting) * charged.V) + (resetting * TLane.Const(reset))
            : charged.V - (resetting * Threshold(charged.A, rule));
        return new(v, (TLane.Const(Decay) * charged.A) + (TLane.Const(1 - Decay) * spike));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Output<TLane>(NeuronState<TLane> charged, TLane spike, SpikeRule rule)
        where TLane : struct, ILane<TLane> => spike;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Threshold<TLane>(TLane a, SpikeRule rule)
        where TLane : struct, ILane<TLane> => TLane.Const(rule.Threshold) + (TLane.Const(Adaptation) * a);
}
