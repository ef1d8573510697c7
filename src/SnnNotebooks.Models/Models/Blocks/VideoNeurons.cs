using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Models.Blocks;

/// <summary>The neurons of SVFormer: those of its options, or PLIF from tau 2, hard reset to 0, arc-tangent surrogate.</summary>
internal static class VideoNeurons
{
    /// <summary>A layer.</summary>
    public static SpikingNeuron Create(SVFormerOptions options) =>
        options.Neuron?.Invoke() ?? new ParametricLIFNode(2.0, threshold: options.Threshold, detachReset: true, surrogate: new ATan());
}
