using System.Runtime.CompilerServices;
using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Izhikevich's neuron: H[t] = V[t-1] + (X[t] + a0 (V[t-1] - V_rest) (V[t-1] - V_c) - w[t-1]) / tau, with an adaptation that
/// follows the potential, w += (a (H - V_rest) - w) / tau_w, and jumps at each spike, w += b S
/// (E. Izhikevich, IEEE Transactions on Neural Networks 14, 1569, 2003). As in SpikingJelly, detaching the reset detaches what is
/// taken off the potential, not the reset potential put in its place, nor the jump.
/// </summary>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="critical">V_c, above which the neuron runs off by itself.</param>
/// <param name="strength">a0, above 0.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="reset">Potential after a spike (also the initial one), or null for soft reset.</param>
/// <param name="rest">Resting potential.</param>
/// <param name="adaptationRest">Initial adaptation.</param>
/// <param name="adaptationTau">tau_w, in time steps, above 0.</param>
/// <param name="coupling">a: how strongly the adaptation follows the potential.</param>
/// <param name="jump">b: by how much a spike raises the adaptation.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
public sealed class IzhikevichNode(
    double tau = 2.0,
    double critical = 0.8,
    double strength = 1.0,
    double threshold = 1.0,
    double? reset = 0.0,
    double rest = -0.1,
    double adaptationRest = 0.0,
    double adaptationTau = 2.0,
    double coupling = 0.0,
    double jump = 0.0,
    bool detachReset = false,
    Surrogate? surrogate = null)
    : EquationNeuron<IzhikevichEquation>(
        nameof(IzhikevichNode),
        new IzhikevichEquation(TimeConstant.Above1(tau), critical, NeuronConstant.Above0(strength), rest, NeuronConstant.Above0(adaptationTau), coupling, jump),
        [("v", reset ?? 0), ("w", adaptationRest)],
        new SpikeRule(threshold, reset, detachReset),
        surrogate);

/// <summary>The equation of <see cref="IzhikevichNode"/>; the second variable is the adaptation.</summary>
/// <param name="Tau">Membrane time constant in time steps.</param>
/// <param name="Critical">V_c.</param>
/// <param name="Strength">a0.</param>
/// <param name="Rest">Resting potential.</param>
/// <param name="AdaptationTau">tau_w.</param>
/// <param name="Coupling">a.</param>
/// <param name="Jump">b.</param>
public readonly record struct IzhikevichEquation(
    double Tau, double Critical, double Strength, double Rest, double AdaptationTau, double Coupling, double Jump) : INeuronEquation
{
    /// <inheritdoc/>
    public static int Variables => 2;

    /// <inheritdoc/>
    public static int Numbers => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Charge<TLane>(NeuronState<TLane> before, TLane x, LearnedNumbers<TLane> numbers)
        where TLane : struct, ILane<TLane>
    {
        var v = before.V;
        var w = before.A;
        var h = v + ((x + (TLane.Const(Strength) * (v - TLane.Const(Rest)) * (v - TLane.Const(Critical))) - w) / TLane.Const(Tau));
        return new(h, w + (TLane.Const(1 / AdaptationTau) * ((TLane.Const(Coupling) * (h - TLane.Const(Rest))) - w)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Distance<TLane>(NeuronState<TLane> charged, SpikeRule rule)
        where TLane : struct, ILane<TLane> => rule.Distance(charged.V);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Fire<TLane>(NeuronState<TLane> charged, TLane spike, TLane resetting, LearnedNumbers<TLane> numbers, SpikeRule rule)
        where TLane : struct, ILane<TLane>
    {
        var v = rule.Reset is { } reset
            ? ((TLane.One - resetting) * charged.V) + (spike * TLane.Const(reset))
            : charged.V - (resetting * TLane.Const(rule.Threshold));
        return new(v, charged.A + (TLane.Const(Jump) * spike));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Output<TLane>(NeuronState<TLane> charged, TLane spike, SpikeRule rule)
        where TLane : struct, ILane<TLane> => spike;
}
