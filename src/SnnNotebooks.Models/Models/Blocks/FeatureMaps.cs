using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>
/// Sequences of feature maps [T, B, C, H, W]. Their channels lie innermost in memory, which is what CPU convolutions run fastest on and
/// what tokens need; neurons, which do not care about places, are given that memory as it lies: [T, B, H, W, C].
/// </summary>
internal static class FeatureMaps
{
    /// <summary>Runs neurons on feature maps.</summary>
    public static Tensor Fire(this SpikingNeuron neuron, Tensor maps) =>
        neuron.call(maps.permute(0, 1, 3, 4, 2)).permute(0, 1, 4, 2, 3);

    /// <summary>Runs neurons behind a layer that ends in a batch normalisation.</summary>
    public static Tensor Fire(this SpikingNeuron neuron, nn.Module<Tensor, Tensor> layer, Tensor maps) =>
        NormalisedNeurons.Fire(layer, neuron, maps, channelsBehind: true);

    /// <summary>
    /// Halves height and width: maximum over 3 x 3 with stride 2; an input repeated over T without a copy is pooled once.
    /// </summary>
    public static Tensor Pool(Tensor maps)
    {
        var repeated = maps.shape[0] > 1 && maps.stride(0) == 0;
        var pooled = OverTime.Apply(steps => nn.functional.max_pool2d(steps, 3, 2, 1), repeated ? maps.narrow(0, 0, 1) : maps);
        return repeated ? pooled.expand(maps.shape[0], -1, -1, -1, -1) : pooled;
    }

    /// <summary>Puts the channels of [B, C, H, W] innermost in memory; the axes stay.</summary>
    public static Tensor ChannelsLast(Tensor maps) => maps.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Feature maps [T, B, C, H, W] as tokens [T, B, H*W, C].</summary>
    public static Tensor ToTokens(Tensor maps) => maps.permute(0, 1, 3, 4, 2).flatten(2, 3);

    /// <summary>Tokens [T, B, H*W, C] of a square map as feature maps [T, B, C, H, W].</summary>
    public static Tensor ToMaps(Tensor tokens, long height) =>
        tokens.unflatten(2, [height, tokens.shape[2] / height]).permute(0, 1, 4, 2, 3);
}
