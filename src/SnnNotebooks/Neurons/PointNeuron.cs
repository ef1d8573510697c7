using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons;

/// <summary>
/// A layer of neurons with any charge equation. Your own neuron is a struct:
/// <code>
/// readonly record struct Quadratic(double Tau) : INeuronDynamics
/// {
///     public TLane Charge&lt;TLane&gt;(TLane v, TLane x) where TLane : struct, ILane&lt;TLane&gt;
///         => v + ((x + (v * (v - TLane.Const(0.8)))) / TLane.Const(Tau));
/// }
/// var layer = new PointNeuron&lt;Quadratic&gt;(new Quadratic(2), reset: -0.1);
/// </code>
/// </summary>
/// <typeparam name="TDynamics">The charge equation.</typeparam>
/// <param name="dynamics">The charge equation.</param>
/// <param name="threshold">Firing threshold.</param>
/// <param name="reset">Potential after a spike (also the initial one), or null for soft reset.</param>
/// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
/// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
public class PointNeuron<TDynamics>(TDynamics dynamics, double threshold = 1.0, double? reset = 0.0, bool detachReset = false, Surrogate? surrogate = null)
    : EquationNeuron<ChargeOnly<TDynamics>>(
        typeof(TDynamics).Name, new ChargeOnly<TDynamics>(dynamics), [("v", reset ?? 0)], new SpikeRule(threshold, reset, detachReset), surrogate)
    where TDynamics : struct, INeuronDynamics;
