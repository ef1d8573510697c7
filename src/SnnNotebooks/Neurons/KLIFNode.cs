using System.Runtime.CompilerServices;
using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Leaky integrate and fire whose charged potential is scaled by a learnable k and rectified, H = relu(k H_LIF)
/// (C. Jiang, Y. Zhang, arXiv:2302.09238). The parameter is called <c>k</c> in the state dictionary and has no axes.
/// </summary>
public sealed class KLIFNode : EquationNeuron<KLIFEquation>
{
    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="scaleReset">Whether the potential is divided by k again at the reset.</param>
    /// <param name="tau">Membrane time constant in time steps, above 1.</param>
    /// <param name="decayInput">Whether the input is divided by tau, too.</param>
    /// <param name="threshold">Firing threshold.</param>
    /// <param name="reset">Potential after a spike (also the initial and the resting one), or null for soft reset.</param>
    /// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
    /// <param name="initialScale">k to start from.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not above 1.</exception>
    public KLIFNode(
        bool scaleReset = false,
        double tau = 2.0,
        bool decayInput = true,
        double threshold = 1.0,
        double? reset = 0.0,
        bool detachReset = false,
        Surrogate? surrogate = null,
        double initialScale = 1.0)
        : base(
            nameof(KLIFNode),
            new KLIFEquation(new LIFDynamics(TimeConstant.Above1(tau), decayInput, reset ?? 0), scaleReset),
            [("v", reset ?? 0)],
            new SpikeRule(threshold, reset, detachReset),
            surrogate) => Learn("k", initialScale);
}

/// <summary>The equation of <see cref="KLIFNode"/>; the learnable number is k.</summary>
/// <param name="Leak">The charge equation before scaling.</param>
/// <param name="ScaleReset">Whether the potential is divided by k again at the reset.</param>
public readonly record struct KLIFEquation(LIFDynamics Leak, bool ScaleReset) : INeuronEquation
{
    /// <inheritdoc/>
    public static int Variables => 1;

    /// <inheritdoc/>
    public static int Numbers => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Charge<TLane>(NeuronState<TLane> before, TLane x, LearnedNumbers<TLane> numbers)
        where TLane : struct, ILane<TLane> => new(LaneMath.Relu(numbers.P0 * Leak.Charge(before.V, x)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Distance<TLane>(NeuronState<TLane> charged, SpikeRule rule)
        where TLane : struct, ILane<TLane> => rule.Distance(charged.V);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Fire<TLane>(NeuronState<TLane> charged, TLane spike, TLane resetting, LearnedNumbers<TLane> numbers, SpikeRule rule)
        where TLane : struct, ILane<TLane>
    {
        if (!ScaleReset)
        {
            return new(rule.After(charged.V, resetting));
        }

        var scaled = charged.V / numbers.P0;
        return new(rule.Reset is { } reset
            ? ((TLane.One - resetting) * scaled) + (resetting * TLane.Const(reset))
            : scaled - (resetting * TLane.Const(rule.Threshold) / numbers.P0));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Output<TLane>(NeuronState<TLane> charged, TLane spike, SpikeRule rule)
        where TLane : struct, ILane<TLane> => spike;
}
