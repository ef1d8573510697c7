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
    : EquationNeuron(
        ["v", "c"],
        [(nameof(currentDecay), NeuronConstant.Fraction(currentDecay)), (nameof(potentialDecay), NeuronConstant.Fraction(potentialDecay))],
        threshold,
        reset,
        detachReset,
        surrogate ?? new Rect())
{
    /// <inheritdoc/>
    protected override Lane[] Charge(Lane[] before, Lane x)
    {
        var current = (before[1] * Number(nameof(currentDecay))) + x;
        return [(before[0] * Number(nameof(potentialDecay))) + current, current];
    }
}
