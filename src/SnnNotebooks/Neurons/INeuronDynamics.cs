using System.Runtime.CompilerServices;

namespace SnnNotebooks.Neurons;

/// <summary>
/// The charge equation of a point neuron, H[t] = f(V[t-1], X[t]), written once. Implement it in a small readonly struct and
/// <see cref="PointNeuron{TDynamics}"/> makes a neuron of it, with a fused forward and backward sweep.
/// </summary>
public interface INeuronDynamics
{
    /// <summary>The membrane potential after charging.</summary>
    /// <typeparam name="TLane">What is computed with; use only its operators and constants.</typeparam>
    /// <param name="v">Membrane potential after the last step, V[t-1].</param>
    /// <param name="x">Input current, X[t].</param>
    /// <returns>H[t].</returns>
    TLane Charge<TLane>(TLane v, TLane x)
        where TLane : struct, ILane<TLane>;
}

/// <summary>A charge equation with one learnable number, H[t] = f(V[t-1], X[t], p).</summary>
public interface IParametricDynamics
{
    /// <summary>Whether the learnable number is used at all.</summary>
    static virtual bool IsParametric => true;

    /// <summary>The membrane potential after charging.</summary>
    /// <typeparam name="TLane">What is computed with; use only its operators and constants.</typeparam>
    /// <param name="v">Membrane potential after the last step, V[t-1].</param>
    /// <param name="x">Input current, X[t].</param>
    /// <param name="p">The learnable number, the same for all neurons.</param>
    /// <returns>H[t].</returns>
    TLane Charge<TLane>(TLane v, TLane x, TLane p)
        where TLane : struct, ILane<TLane>;
}

/// <summary>A charge equation without a learnable number, seen as one that ignores it.</summary>
/// <param name="Dynamics">The equation.</param>
internal readonly record struct Fixed<TDynamics>(TDynamics Dynamics) : IParametricDynamics
    where TDynamics : struct, INeuronDynamics
{
    /// <inheritdoc/>
    public static bool IsParametric => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Charge<TLane>(TLane v, TLane x, TLane p)
        where TLane : struct, ILane<TLane> => Dynamics.Charge(v, x);
}
