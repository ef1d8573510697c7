using System.Runtime.CompilerServices;
using SnnNotebooks.Neurons.Fused;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Leaky integrate and fire with a learnable time constant, 1/tau = sigmoid(w), shared by the layer
/// (W. Fang et al., ICCV 2021, arXiv:2007.05785). The parameter is called <c>w</c> in the state dictionary and has no axes, unless its shape is asked for.
/// </summary>
public sealed class ParametricLIFNode : SpikingNeuron
{
    private readonly Parameter w;
    private readonly PLIFDynamics dynamics;

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="initialTau">Membrane time constant to start from, in time steps, above 1.</param>
    /// <param name="decayInput">Whether the input is divided by tau, too.</param>
    /// <param name="threshold">Firing threshold.</param>
    /// <param name="reset">Potential after a spike (also the initial and the resting one), or null for soft reset.</param>
    /// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
    /// <param name="parameterAxes">Axes of <c>w</c>, all of length 1: checkpoints of SpikingJelly have none, those of SEW-ResNet one.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="initialTau"/> is not above 1.</exception>
    public ParametricLIFNode(
        double initialTau = 2.0,
        bool decayInput = true,
        double threshold = 1.0,
        double? reset = 0.0,
        bool detachReset = false,
        Surrogate? surrogate = null,
        int parameterAxes = 0)
        : base(nameof(ParametricLIFNode), threshold, reset, detachReset, surrogate)
    {
        w = nn.Parameter(full(Enumerable.Repeat(1L, parameterAxes).ToArray(), (float)-Math.Log(TimeConstant.Above1(initialTau) - 1)));
        register_parameter(nameof(w), w);
        dynamics = new PLIFDynamics(decayInput, reset ?? 0);
        Kernel = Surrogate.Fuse(dynamics, new SpikeRule(threshold, reset, detachReset));
    }

    /// <summary>Whether the input is divided by tau, too.</summary>
    public bool DecayInput => dynamics.DecayInput;

    /// <summary>The membrane time constant as learned so far, in time steps.</summary>
    public double Tau
    {
        get
        {
            using var scope = NewDisposeScope();
            return 1 / w.detach().to(ScalarType.Float64).sigmoid().item<double>();
        }
    }

    private protected override FusedKernel Kernel { get; }

    private protected override string Equation => dynamics.ToString();

    private protected override Tensor? Parameter() => w.sigmoid();

    private protected override Tensor Charge(Tensor v, Tensor x, Tensor? parameter) =>
        dynamics.Charge(new TensorLane(v), new TensorLane(x), new TensorLane(parameter!)).Tensor;
}

/// <summary>The charge equation of <see cref="ParametricLIFNode"/>; the learnable number is 1/tau.</summary>
/// <param name="DecayInput">Whether the input is divided by tau, too.</param>
/// <param name="Rest">Resting potential.</param>
public readonly record struct PLIFDynamics(bool DecayInput, double Rest) : IParametricDynamics
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Charge<TLane>(TLane v, TLane x, TLane p)
        where TLane : struct, ILane<TLane>
    {
        var leak = v - TLane.Const(Rest);
        return DecayInput
            ? v + ((x - leak) * p)
            : v - (leak * p) + x;
    }
}
