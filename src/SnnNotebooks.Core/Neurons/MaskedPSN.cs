using SnnNotebooks.Surrogates;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Masked parallel spiking neuron: as <see cref="PSN"/>, but each step sees only the last k inputs: the weight is multiplied by
/// lambda mask0 + (1 - lambda) mask1, where mask0 is the band of width k below the diagonal and mask1 is 1 everywhere. Lambda goes
/// from 0 to 1 in training (W. Fang et al., NeurIPS 2023, arXiv:2304.12760).
/// State dictionary: <c>weight</c>, <c>bias</c>, <c>_lambda_</c>, <c>mask0</c>, <c>mask1</c>.
/// </summary>
public sealed class MaskedPSN : SteppedParallelNeuron
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    [TorchSharp.Utils.ComponentName(Name = "_lambda_")]
    private readonly Tensor lambda;
    private readonly Tensor mask0;
    private readonly Tensor mask1;

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="order">k, at least 1.</param>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="initialLambda">How much of the mask is in force, 0 to 1.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="ATan"/> where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
    public MaskedPSN(int order, int steps, double initialLambda = 0.0, Surrogate? surrogate = null)
        : base(nameof(MaskedPSN), order, surrogate)
    {
        Steps = NeuronConstant.AtLeast1(steps);
        (weight, bias) = OverTime(steps);
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
        lambda = tensor((float)NeuronConstant.Fraction(initialLambda));
        mask1 = ones(steps, steps);
        mask0 = mask1.tril().mul(mask1.triu(1 - order));
        register_buffer("_lambda_", lambda);
        register_buffer(nameof(mask0), mask0);
        register_buffer(nameof(mask1), mask1);
    }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>How much of the mask is in force, 0 to 1. Single steps need 1: before that a step would see the future.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not between 0 and 1.</exception>
    public double Lambda
    {
        get => lambda.item<float>();
        set
        {
            using var off = no_grad();
            lambda.fill_((float)NeuronConstant.Fraction(value));
        }
    }

    /// <inheritdoc/>
    protected override Tensor Sequence(Tensor input) => OverTime(Masked(), bias, input);

    /// <inheritdoc/>
    protected override (Tensor Weights, Tensor Bias) Single(int t, int count)
    {
        if (Lambda < 1)
        {
            throw new InvalidOperationException(
                $"{GetName()} is in single-step mode with lambda {Lambda}: each step would see later ones. Set Lambda to 1, or StepMode "
                + "to Multi.");
        }

        return t < Steps
            ? (Masked()[t].narrow(0, t + 1 - count, count), bias[t])
            : throw new InvalidOperationException(
                $"{GetName()} has run its {Steps} steps: call Functional.Reset(network) before the next sequence.");
    }

    private Tensor Masked() => ((lambda * mask0) + ((1 - lambda) * mask1)) * weight;
}
