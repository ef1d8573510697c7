namespace SnnNotebooks.Neurons;

/// <summary>
/// All that one time step does to a point neuron, written once over lanes: charge, fire, reset, for up to three variables and up
/// to four learnable numbers. From it come the reference backend (over tensors) and, traced, differentiated and compiled, the fused
/// forward and backward sweeps. Where one variable and the usual reset are enough, <see cref="INeuronDynamics"/> is simpler.
/// </summary>
public interface INeuronEquation
{
    /// <summary>How many variables of <see cref="NeuronState{TLane}"/> it has, 1 to 3.</summary>
    static abstract int Variables { get; }

    /// <summary>How many of the <see cref="LearnedNumbers{TLane}"/> it uses, 0 to 4.</summary>
    static abstract int Numbers { get; }

    /// <summary>The variables after charging.</summary>
    /// <typeparam name="TLane">What is computed with; use only its operators, functions and constants.</typeparam>
    /// <param name="before">The variables after the last step.</param>
    /// <param name="x">Input current, X[t].</param>
    /// <param name="numbers">The learnable numbers.</param>
    NeuronState<TLane> Charge<TLane>(NeuronState<TLane> before, TLane x, LearnedNumbers<TLane> numbers)
        where TLane : struct, ILane<TLane>;

    /// <summary>What decides about firing: the neuron spikes where this is at least 0.</summary>
    /// <typeparam name="TLane">What is computed with.</typeparam>
    /// <param name="charged">The variables after charging.</param>
    /// <param name="rule">Threshold and reset.</param>
    TLane Distance<TLane>(NeuronState<TLane> charged, SpikeRule rule)
        where TLane : struct, ILane<TLane>;

    /// <summary>The variables after firing and reset.</summary>
    /// <typeparam name="TLane">What is computed with.</typeparam>
    /// <param name="charged">The variables after charging.</param>
    /// <param name="spike">S[t], with its gradient.</param>
    /// <param name="resetting">S[t] again; without gradient where the rule detaches the reset.</param>
    /// <param name="numbers">The learnable numbers.</param>
    /// <param name="rule">Threshold and reset.</param>
    NeuronState<TLane> Fire<TLane>(NeuronState<TLane> charged, TLane spike, TLane resetting, LearnedNumbers<TLane> numbers, SpikeRule rule)
        where TLane : struct, ILane<TLane>;

    /// <summary>What the layer gives to the next one: S[t] for spiking neurons.</summary>
    /// <typeparam name="TLane">What is computed with.</typeparam>
    /// <param name="charged">The variables after charging.</param>
    /// <param name="spike">S[t], with its gradient.</param>
    /// <param name="rule">Threshold and reset.</param>
    TLane Output<TLane>(NeuronState<TLane> charged, TLane spike, SpikeRule rule)
        where TLane : struct, ILane<TLane>;
}
