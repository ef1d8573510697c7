using System.Runtime.CompilerServices;
using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Current-based leaky integrate and fire: the input feeds a synaptic current, c[t] = c[t-1] c_decay + X[t], and that the
/// potential, H[t] = V[t-1] v_decay + c[t].
/// </summary>
/// <param name="currentDecay">c_decay, what is left of the current after a step, 0 to 1.</param>
/// <param name="potentialDecay">v_decay, what is left of the potential after a step, 0 to 1.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="reset">Potential after a spike (also the initial one), or null for soft reset.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Rect"/> with alpha 1 where none is given.</param>
/// <exception cref="ArgumentOutOfRangeException">A decay is not between 0 and 1.</exception>
public sealed class CUBALIFNode(
    double currentDecay = 0.5,
    double potentialDecay = 0.75,
    double threshold = 0.5,
    double? reset = 0.0,
    bool detachReset = false,
    Surrogate? surrogate = null)
    : EquationNeuron<CUBALIFEquation>(
        nameof(CUBALIFNode),
        new CUBALIFEquation(NeuronConstant.Fraction(currentDecay), NeuronConstant.Fraction(potentialDecay)),
        [("v", reset ?? 0), ("c", 0)],
        new SpikeRule(threshold, reset, detachReset),
        surrogate ?? new Rect());

/// <summary>The equation of <see cref="CUBALIFNode"/>; the second variable is the current.</summary>
/// <param name="CurrentDecay">What is left of the current after a step.</param>
/// <param name="PotentialDecay">What is left of the potential after a step.</param>
public readonly record struct CUBALIFEquation(double CurrentDecay, double PotentialDecay) : INeuronEquation
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
        var current = (before.A * TLane.Const(CurrentDecay)) + x;
        return new((before.V * TLane.Const(PotentialDecay)) + current, current);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Distance<TLane>(NeuronState<TLane> charged, SpikeRule rule)
        where TLane : struct, ILane<TLane> => rule.Distance(charged.V);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Fire<TLane>(NeuronState<TLane> charged, TLane spike, TLane resetting, LearnedNumbers<TLane> numbers, SpikeRule rule)
        where TLane : struct, ILane<TLane> => new(rule.After(charged.V, resetting), charged.A);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Output<TLane>(NeuronState<TLane> charged, TLane spike, SpikeRule rule)
        where TLane : struct, ILane<TLane> => spike;
}
