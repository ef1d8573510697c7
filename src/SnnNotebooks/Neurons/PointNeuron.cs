using SnnNotebooks.Neurons.Fused;
using SnnNotebooks.Surrogates;
using static TorchSharp.torch;

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
public class PointNeuron<TDynamics> : SpikingNeuron
    where TDynamics : struct, INeuronDynamics
{
    private readonly TDynamics dynamics;

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="dynamics">The charge equation.</param>
    /// <param name="threshold">Firing threshold.</param>
    /// <param name="reset">Potential after a spike (also the initial one), or null for soft reset.</param>
    /// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
    public PointNeuron(TDynamics dynamics, double threshold = 1.0, double? reset = 0.0, bool detachReset = false, Surrogate? surrogate = null)
        : base(typeof(TDynamics).Name, threshold, reset, detachReset, surrogate)
    {
        this.dynamics = dynamics;
        Kernel = Surrogate.Fuse(new Fixed<TDynamics>(dynamics), new SpikeRule(threshold, reset, detachReset));
    }

    private protected sealed override FusedKernel Kernel { get; }

    private protected sealed override string Equation => dynamics.ToString() ?? typeof(TDynamics).Name;

    private protected sealed override Tensor Charge(Tensor v, Tensor x, Tensor? parameter) =>
        dynamics.Charge(new TensorLane(v), new TensorLane(x)).Tensor;
}
