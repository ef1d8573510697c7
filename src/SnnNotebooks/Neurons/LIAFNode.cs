using System.Runtime.CompilerServices;
using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>The functions a <see cref="LIAFNode"/> gives its potential out through.</summary>
public enum AnalogActivation
{
    /// <summary>max(u, 0); derivative 0 at 0.</summary>
    Relu,

    /// <summary>1 / (1 + exp(-u)).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>u itself.</summary>
    Identity,
}

/// <summary>
/// Leaky integrate and analogue fire: charges and resets as <see cref="LIFNode"/>, but gives out act(H - threshold) or act(H)
/// instead of the spike (Z. Wu et al., IEEE TNNLS 33, 6249, 2022).
/// </summary>
/// <param name="activation">act.</param>
/// <param name="thresholdRelated">True for act(H - threshold), false for act(H).</param>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="decayInput">Whether the input is divided by tau, too.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="reset">Potential after a spike (also the initial and the resting one), or null for soft reset.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not above 1.</exception>
public sealed class LIAFNode(
    AnalogActivation activation = AnalogActivation.Relu,
    bool thresholdRelated = false,
    double tau = 2.0,
    bool decayInput = true,
    double threshold = 1.0,
    double? reset = 0.0,
    bool detachReset = false,
    Surrogate? surrogate = null)
    : EquationNeuron<LIAFEquation>(
        nameof(LIAFNode),
        new LIAFEquation(new LIFDynamics(TimeConstant.Above1(tau), decayInput, reset ?? 0), activation, thresholdRelated),
        [("v", reset ?? 0)],
        new SpikeRule(threshold, reset, detachReset),
        surrogate);

/// <summary>The equation of <see cref="LIAFNode"/>.</summary>
/// <param name="Leak">The charge equation.</param>
/// <param name="Activation">What the output goes through.</param>
/// <param name="ThresholdRelated">Whether the threshold is subtracted before.</param>
public readonly record struct LIAFEquation(LIFDynamics Leak, AnalogActivation Activation, bool ThresholdRelated) : INeuronEquation
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
        where TLane : struct, ILane<TLane> => rule.Distance(charged.V);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Fire<TLane>(NeuronState<TLane> charged, TLane spike, TLane resetting, LearnedNumbers<TLane> numbers, SpikeRule rule)
        where TLane : struct, ILane<TLane> => new(rule.After(charged.V, resetting));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Output<TLane>(NeuronState<TLane> charged, TLane spike, SpikeRule rule)
        where TLane : struct, ILane<TLane>
    {
        var u = ThresholdRelated ? rule.Distance(charged.V) : charged.V;
        return Activation switch
        {
            AnalogActivation.Relu => LaneMath.Relu(u),
            AnalogActivation.Sigmoid => LaneMath.Sigmoid(u),
            AnalogActivation.Tanh => (TLane.Const(2) * LaneMath.Sigmoid(TLane.Const(2) * u)) - TLane.One,
            _ => u,
        };
    }
}
