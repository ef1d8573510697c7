namespace SnnNotebooks.Neurons.Fused;

/// <summary>All that one time step does to a neuron, over lanes: what is written down of an <see cref="EquationNeuron"/>.</summary>
/// <param name="Variables">How many variables it has.</param>
/// <param name="Numbers">Its numbers as they enter the equation: a constant, a number of the kernel, or a row.</param>
/// <param name="Charge">The variables after charging, from those before and the input.</param>
/// <param name="Distance">What is at least 0 where it fires, from the charged variables.</param>
/// <param name="Fire">The variables after the reset, from the charged ones, the spike, and the spike of the reset.</param>
/// <param name="Output">What it gives out, from the charged variables and the spike.</param>
/// <param name="Gradient">The surrogate's derivative.</param>
/// <param name="Levels">The most spikes of one step, where they are counted; 0 for the step function.</param>
/// <param name="DetachReset">Whether no gradient flows through the spike of the reset.</param>
internal sealed record StepEquation(
    int Variables,
    IReadOnlyList<Term> Numbers,
    Func<Lane[], Lane, Lane[]> Charge,
    Func<Lane[], Lane> Distance,
    Func<Lane[], Lane, Lane, Lane[]> Fire,
    Func<Lane[], Lane, Lane> Output,
    Func<Lane, Lane> Gradient,
    int Levels,
    bool DetachReset);
