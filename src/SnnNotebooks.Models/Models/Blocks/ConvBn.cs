using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>
/// A convolution without bias and a batch normalisation, registered with the module they belong to under the published names.
/// </summary>
internal sealed class ConvBn
{
    private readonly Conv2d convolution;
    private readonly BatchNorm2d normalisation;

    /// <summary>Creates both and registers them with <paramref name="owner"/>.</summary>
    public ConvBn(nn.Module owner, string convName, string bnName, int inputs, int outputs, int kernel = 3, int stride = 1)
    {
        convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding: kernel / 2, bias: false);
        normalisation = nn.BatchNorm2d(outputs);
        owner.register_module(convName, convolution);
        owner.register_module(bnName, normalisation);
    }

    /// <summary>The convolution's weight [C', C, kernel, kernel].</summary>
    public Parameter Weight => convolution.weight!;

    /// <summary>
    /// [T, B, C, H, W] to [T, B, C', H', W']; statistics are over T and B. An input that was repeated over T without being copied
    /// (stride 0, <see cref="TimeRepeat"/>) is computed once.
    /// </summary>
    public Tensor Apply(Tensor maps)
    {
        LayerInput.Require(maps, convolution, before: 1);
        var steps = maps.shape[0];
        if (steps > 1 && maps.stride(0) == 0)
        {
            return Once(maps[0], (int)steps).unsqueeze(0).expand(steps, -1, -1, -1, -1);
        }

        return OverTime.Apply(frames => normalisation.call(SpikeLayers.Call(convolution, frames)), maps);
    }

    /// <summary>The same with neurons behind it.</summary>
    public Tensor Fire(SpikingNeuron neuron, Tensor maps)
    {
        LayerInput.Require(maps, convolution, before: 1);
        var steps = (int)maps.shape[0];
        var currents = steps > 1 && maps.stride(0) == 0
            ? convolution.call(FeatureMaps.ChannelsLast(maps[0])).unsqueeze(0)
            : OverTime.Apply(frames => SpikeLayers.Call(convolution, frames), maps);
        return NormalisedNeurons.Fire(normalisation, neuron, currents, steps, channelsBehind: true);
    }

    private Tensor Once(Tensor image, int steps)
    {
        using var statistics = new RepeatedStatistics([normalisation], steps);
        return normalisation.call(convolution.call(FeatureMaps.ChannelsLast(image)));
    }
}
