using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers;

/// <summary>
/// Batch normalisation through time (BNTT): each time step has statistics and a weight of its own and no bias, under <c>bn_list.0</c>,
/// <c>bn_list.1</c>, ... in the state dictionary (Y. Kim, P. Panda, Frontiers in Neuroscience 2021, arXiv:2010.01729).
/// </summary>
public sealed class BatchNormThroughTime : nn.Module<Tensor, Tensor>, ISequenceLayer, IWholeSequence
{
    private readonly ModuleList<Step> bn_list;

    /// <summary>Creates a layer.</summary>
    /// <param name="steps">T, at least 1; sequences must have this length.</param>
    /// <param name="channels">C, at least 1.</param>
    /// <param name="epsilon">Added to the variance, above 0.</param>
    /// <param name="momentum">Share of the newest statistics in the running ones, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public BatchNormThroughTime(int steps, long channels, double epsilon = 1e-5, double momentum = 0.1)
        : base(nameof(BatchNormThroughTime))
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        bn_list = nn.ModuleList(Enumerable.Range(0, steps).Select(step => new Step(step, channels, epsilon, momentum)).ToArray());
        register_module(nameof(bn_list), bn_list);
    }

    /// <summary>Normalises a sequence.</summary>
    /// <param name="input">[T, N, C, ...].</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ArgumentException">The sequence has another length, other channels, or another type than the weights.</exception>
    public override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        if (input.dim() < 3 || input.shape[0] != bn_list.Count)
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", input.shape)}]; expected [{bn_list.Count}, N, C, ...].", nameof(input));
        }

        LayerInput.RequireNormalised(input, bn_list[0].Weight, 2, GetName(), "[T, N, {0}, ...]");
        using var scope = NewDisposeScope();
        return stack(input.unbind(0).Zip(bn_list, (step, normalise) => normalise.call(step)).ToArray()).MoveToOuterDisposeScope();
    }

    /// <summary>The normalisation of one time step.</summary>
    private sealed class Step : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter weight;
        private readonly ChannelStatistics statistics;

        public Step(int step, long channels, double epsilon, double momentum)
            : base(step.ToString(CultureInfo.InvariantCulture))
        {
            weight = nn.Parameter(ones(channels));
            register_parameter(nameof(weight), weight);
            statistics = new ChannelStatistics(this, channels, epsilon, momentum);
        }

        public Tensor Weight => weight;

        public override Tensor forward(Tensor input) => statistics.Normalise(input, weight, null);
    }
}
