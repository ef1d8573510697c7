using System.Runtime.CompilerServices;

namespace SnnNotebooks.Neurons;

/// <summary>
/// The charge equation of a point neuron, H[t] = f(V[t-1], X[t]), written once. Implement it in a small readonly struct and
/// <see cref="PointNeuron{TDynamics}"/> makes a neuron of it, with a fused forward and backward sweep.
/// </summary>
public interface INeuronDynamics
{
    /// <summary>The membrane potential after charging.</summary>
    /// <typeparam name="TLane">What is computed with; use only its operators, functions and constants.</typeparam>
    /// <param name="v">Membrane potential after the last step, V[t-1].</param>
    /// <param name="x">Input current, X[t].</param>
    /// <returns>H[t].</returns>
    TLane Charge<TLane>(TLane v, TLane x)
        where TLane : struct, ILane<TLane>;
}

/// <summary>A charge equation as a whole step: with the usual firing and reset.</summary>
/// <typeparam name="TDynamics">The charge equation.</typeparam>
/// <param name="Dynamics">The charge equation.</param>
public readonly record struct ChargeOnly<TDynamics>(TDynamics Dynamics) : INeuronEquation
    where TDynamics : struct, INeuronDynamics
{
    static int INeuronEquation.Variables => 1;

    static int INeuronEquation.Numbers => 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Charge<TLane>(NeuronState<TLane> before, TLane x, LearnedNumbers<TLane> numbers)
        where TLane : struct, ILane<TLane> => new(Dynamics.Charge(before.V, x));

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
        where TLane : struct, ILane<TLane> => spike;
}
