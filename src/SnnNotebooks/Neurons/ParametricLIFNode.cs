using System.Runtime.CompilerServices;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Leaky integrate and fire with a learnable time constant, 1/tau = sigmoid(w), shared by the layer
/// (W. Fang et al., ICCV 2021, arXiv:2007.05785). The parameter is called <c>w</c> in the state dictionary and has no axes, unless its shape is asked for.
/// </summary>
public sealed class ParametricLIFNode : EquationNeuron<PLIFEquation>
{
    private readonly Parameter w;

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
        : base(nameof(ParametricLIFNode), new PLIFEquation(decayInput, reset ?? 0), [("v", reset ?? 0)], new SpikeRule(threshold, reset, detachReset), surrogate)
    {
        w = Learn(nameof(w), -Math.Log(TimeConstant.Above1(initialTau) - 1), parameterAxes);
        DecayInput = decayInput;
    }

    /// <summary>Whether the input is divided by tau, too.</summary>
    public bool DecayInput { get; }

    /// <summary>The membrane time constant as learned so far, in time steps.</summary>
    public double Tau
    {
        get
        {
            using var scope = NewDisposeScope();
            return 1 / w.detach().to(ScalarType.Float64).sigmoid().item<double>();
        }
    }

    /// <inheritdoc/>
    protected override Tensor Number(int index, Parameter parameter) => parameter.sigmoid();
}

/// <summary>The equation of <see cref="ParametricLIFNode"/>; the learnable number is 1/tau.</summary>
/// <param name="DecayInput">Whether the input is divided by tau, too.</param>
/// <param name="Rest">Resting potential.</param>
public readonly record struct PLIFEquation(bool DecayInput, double Rest) : INeuronEquation
{
    /// <inheritdoc/>
    public static int Variables => 1;

    /// <inheritdoc/>
    public static int Numbers => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Charge<TLane>(NeuronState<TLane> before, TLane x, LearnedNumbers<TLane> numbers)
        where TLane : struct, ILane<TLane>
    {
        var leak = before.V - TLane.Const(Rest);
        return new(DecayInput
            ? before.V + ((x - leak) * numbers.P0)
            : before.V - (leak * numbers.P0) + x);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Distance<TLane>(NeuronState<TLane> charged, SpikeRule rule)
        where TLane : struct, ILane<TLane> => rule.Distance(charged.V);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NeuronState<TLane> Fire<TLane>(NeuronState<TLane> charged, TLane spike, TLane resetting, LearnedNumbers<TLane> numbers, SpikeRule rule)
        where TLane : struct, ILane<TLane> => new(rule.After(charged.V, resetting));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Output<TLane>(NeuronState<TLane> charged, TLane spike, SpikeRule rule)
        where TLane : struct, ILane<TLane> => spike;
}
