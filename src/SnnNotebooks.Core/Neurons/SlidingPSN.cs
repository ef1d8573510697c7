using SnnNotebooks.Layers;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Sliding parallel spiking neuron: every step sees the last k inputs with the same weights, H[t] = sum_j w[k-1-j] X[t-j] + b
/// (W. Fang et al., NeurIPS 2023, arXiv:2304.12760). State dictionary: <c>weight</c> [k], <c>bias</c> without axes.
/// </summary>
public sealed class SlidingPSN : SteppedParallelNeuron
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Creates a layer; it takes any number of neurons and steps.</summary>
    /// <param name="order">k, at least 1.</param>
    /// <param name="halving">Whether the weights start as ..., 1/4, 1/2, 1; else at random.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="ATan"/> where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is below 1.</exception>
    public SlidingPSN(int order, bool halving = true, Surrogate? surrogate = null)
        : base(nameof(SlidingPSN), order, surrogate)
    {
        var initial = halving
            ? tensor(Enumerable.Range(0, order).Select(i => (float)Math.Pow(2, i + 1 - order)).ToArray())
            : nn.init.kaiming_uniform_(empty(1, order), Math.Sqrt(5)).squeeze(0);
        weight = nn.Parameter(initial);
        bias = nn.Parameter(tensor(-1f));
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
    }

    /// <inheritdoc/>
    protected override Tensor Sequence(Tensor input)
    {
        LayerInput.RequireDevice(input, weight, GetName());

        // the inputs of all neurons as signals over time, zeros before the first
        var signals = input.flatten(1).t().unsqueeze(1);
        var padded = nn.functional.pad(signals, [Order - 1, 0]);
        return nn.functional.conv1d(padded, weight.to(input.dtype).view(1, 1, -1)).squeeze(1).t().reshape(input.shape) + bias;
    }

    /// <inheritdoc/>
    protected override (Tensor Weights, Tensor Bias) Single(int t, int count) => (weight.narrow(0, Order - count, count), bias);
}
