using SnnNotebooks.Layers;
using SnnNotebooks.Surrogates;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Parallel spiking neuron: H = W X + b over the time axis at once, S = Theta(H); no reset and no state
/// (W. Fang et al., NeurIPS 2023, arXiv:2304.12760). Each step sees all others, so that it takes whole sequences only.
/// State dictionary: <c>weight</c> [T, T], <c>bias</c> [T, 1].
/// </summary>
public sealed class PSN : ParallelNeuron, ISequenceLayer
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="ATan"/> where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public PSN(int steps, Surrogate? surrogate = null)
        : base(nameof(PSN), surrogate)
    {
        Steps = NeuronConstant.AtLeast1(steps);
        (weight, bias) = OverTime(steps);
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
    }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <inheritdoc/>
    protected override Tensor Charge(Tensor input) => OverTime(weight, bias, input);
}
