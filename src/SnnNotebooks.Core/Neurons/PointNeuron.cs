using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// A layer of neurons with one variable, any charge equation, and the usual firing and reset. Your own neuron is that equation:
/// <code>
/// sealed class Quadratic(double tau) : PointNeuron([("tau", tau)], reset: -0.1)
/// {
///     protected override Lane Charge(Lane v, Lane x) => v + (x + v * (v - 0.8)) / Number("tau");
/// }
/// var layer = new Quadratic(2);
/// layer.Learn("tau"); // learnable, if it shall be
/// </code>
/// </summary>
/// <param name="numbers">The equation's numbers besides <c>threshold</c> and <c>reset</c>, by name.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="reset">Potential after a spike (also the initial one), or null for soft reset.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
public abstract class PointNeuron(
    IReadOnlyList<(string Name, double Value)>? numbers = null,
    double threshold = 1.0,
    double? reset = 0.0,
    bool detachReset = false,
    Surrogate? surrogate = null)
    : EquationNeuron(["v"], numbers ?? [], threshold, reset, detachReset, surrogate)
{
    /// <summary>The membrane potential after charging, H[t] = f(V[t-1], X[t]).</summary>
    /// <param name="v">Membrane potential after the last step, V[t-1].</param>
    /// <param name="x">Input current, X[t].</param>
    /// <returns>H[t].</returns>
    protected abstract Lane Charge(Lane v, Lane x);

    /// <inheritdoc/>
    protected sealed override Lane[] Charge(Lane[] before, Lane x) => [Charge(before[0], x)];
}
