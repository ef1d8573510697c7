using System.Runtime.CompilerServices;

namespace SnnNotebooks.Neurons;

/// <summary>The variables of a neuron: its membrane potential and up to two more, such as an adaptation or a synaptic current.</summary>
/// <typeparam name="TLane">What is computed with.</typeparam>
public readonly struct NeuronState<TLane>
    where TLane : struct, ILane<TLane>
{
    /// <summary>Holds the variables.</summary>
    /// <param name="v">Membrane potential.</param>
    /// <param name="a">Second variable, where the neuron has one.</param>
    /// <param name="b">Third variable, where the neuron has one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState(TLane v, TLane a = default, TLane b = default)
    {
        V = v;
        A = a;
        B = b;
    }

    /// <summary>Membrane potential.</summary>
    public TLane V { get; }

    /// <summary>Second variable.</summary>
    public TLane A { get; }

    /// <summary>Third variable.</summary>
    public TLane B { get; }
}
