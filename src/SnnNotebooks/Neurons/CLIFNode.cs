using System.Runtime.CompilerServices;
using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Complementary leaky integrate and fire: beside the potential, H[t] = (1 - 1/tau) V[t-1] + X[t], there is a complementary one that
/// keeps what leaks away, m[t] = m[t-1] sigmoid(H[t] / tau) + S[t], and deepens the reset, V[t] = H[t] - S[t] (threshold + sigmoid(m[t]))
/// (Y. Huang et al., ICML 2024, arXiv:2402.04663).
/// </summary>
/// <param name="tau">Membrane time constant in time steps, above 1.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException"><paramref name="tau"/> is not above 1.</exception>
public sealed class CLIFNode(double tau = 2.0, double threshold = 1.0, bool detachReset = false, Surrogate? surrogate = null)
    : EquationNeuron<CLIFEquation>(
        nameof(CLIFNode), new CLIFEquation(TimeConstant.Above1(tau)), [("v", 0), ("m", 0)], new SpikeRule(threshold, null, detachReset), surrogate);

/// <summary>The equation of <see cref="CLIFNode"/>; the second variable is the complementary potential.</summary>
/// <param name="Tau">Membrane time constant in time steps.</param>
public readonly record struct CLIFEquation(double Tau) : INeuronEquation
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
        var h = (before.V * TLane.Const(1 - (1 / Tau))) + x;
        return new(h, before.A * LaneMath.Sigmoid(h / TLane.Const(Tau)));
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
        var m = charged.A + resetting;
        return new(charged.V - (resetting * (TLane.Const(rule.Threshold) + LaneMath.Sigmoid(m))), m);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Output<TLane>(NeuronState<TLane> charged, TLane spike, SpikeRule rule)
        where TLane : struct, ILane<TLane> => spike;
}
