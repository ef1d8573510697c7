using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Leaky integrate and fire with a learnable time constant, 1/tau = sigmoid(w), shared by the layer
/// (W. Fang et al., ICCV 2021, arXiv:2007.05785). The parameter is called <c>w</c> in the state dictionary and has no axes, unless its
/// shape is asked for.
/// </summary>
public sealed class ParametricLIFNode : PointNeuron
{
    private const string Inverse = "w";

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="initialTau">Membrane time constant to start from, in time steps, above 1.</param>
    /// <param name="decayInput">Whether the input is divided by tau, too.</param>
    /// <param name="threshold">Firing threshold.</param>
    /// <param name="reset">Potential after a spike (also the initial and the resting one), or null for soft reset.</param>
    /// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
    /// <param name="parameterAxes">
    /// Axes of <c>w</c>, all of length 1: checkpoints of SpikingJelly have none, those of SEW-ResNet one.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="initialTau"/> is not above 1.</exception>
    public ParametricLIFNode(
        double initialTau = 2.0,
        bool decayInput = true,
        double threshold = 1.0,
        double? reset = 0.0,
        bool detachReset = false,
        Surrogate? surrogate = null,
        int parameterAxes = 0)
        : base([(Inverse, -Math.Log(NeuronConstant.Above1(initialTau) - 1))], threshold, reset, detachReset, surrogate)
    {
        Learn(Inverse, full(Enumerable.Repeat(1L, parameterAxes).ToArray(), -Math.Log(initialTau - 1), dtype: ScalarType.Float32));
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
            return 1 / get_parameter(Inverse)!.detach().to(ScalarType.Float64).sigmoid().item<double>();
        }
    }

    /// <inheritdoc/>
    protected override Tensor Enter(string number, Tensor value) => number == Inverse ? value.sigmoid() : value;

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Describe() => [.. base.Describe(), ("decayInput", DecayInput)];

    /// <inheritdoc/>
    protected override Lane Charge(Lane v, Lane x)
    {
        var leak = v - RestingPotential;
        return DecayInput ? v + ((x - leak) * Number(Inverse)) : v - (leak * Number(Inverse)) + x;
    }
}
