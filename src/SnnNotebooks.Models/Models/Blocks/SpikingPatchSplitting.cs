using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>
/// Turns images into tokens of spikes: four convolutions with normalisation and neurons, some followed (or, with CML, interrupted) by
/// pooling, and a relative position embedding added to the last (Z. Zhou et al., ICLR 2023, section 3.2). Values of the output are 0, 1 or
/// 2.
/// </summary>
public sealed class SpikingPatchSplitting : RecomputableBlock
{
    private readonly Downsampling downsampling;
    private readonly IReadOnlyList<bool> pools;
    private readonly List<(ConvBn Layer, SpikingNeuron Neuron)> stages = [];
    private readonly ConvBn position;
    private readonly SpikingNeuron positionNeuron;

    /// <summary>Builds the module.</summary>
    /// <param name="channels">Channels of the input.</param>
    /// <param name="features">D, a multiple of 8: the stages have D/8, D/4, D/2 and D.</param>
    /// <param name="pools">For each of the four stages, whether it halves height and width.</param>
    /// <param name="downsampling">Whether spikes or currents are pooled; it decides the published names, too.</param>
    /// <param name="neurons">The neurons.</param>
    public SpikingPatchSplitting(
        int channels, int features, IReadOnlyList<bool> pools, Downsampling downsampling, TransformerNeurons neurons)
        : base(nameof(SpikingPatchSplitting))
    {
        ArgumentNullException.ThrowIfNull(neurons);
        (this.downsampling, this.pools) = (downsampling, pools);
        var inputs = channels;
        for (var stage = 0; stage < 4; stage++)
        {
            var outputs = features >> (3 - stage);
            var (conv, bn, lif) = Names(stage);
            var neuron = neurons.Create();
            stages.Add((new ConvBn(this, conv, bn, inputs, outputs), neuron));
            register_module(lif, neuron);
            inputs = outputs;
        }

        position = new ConvBn(this, "rpe_conv", "rpe_bn", features, features);
        register_module("rpe_lif", positionNeuron = neurons.Create());
    }

    /// <summary>Splits images into tokens.</summary>
    /// <param name="input">[T, B, channels, H, W].</param>
    /// <returns>[T, B, N, D].</returns>
    protected override Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input;
        for (var stage = 0; stage < stages.Count; stage++)
        {
            var (layer, neuron) = stages[stage];
            x = (pools[stage], downsampling) switch
            {
                (false, _) => layer.Fire(neuron, x),
                (true, Downsampling.BeforeNeuron) => neuron.Fire(FeatureMaps.Pool(layer.Apply(x))),
                _ => FeatureMaps.Pool(layer.Fire(neuron, x)),
            };
        }

        return FeatureMaps.ToTokens(position.Fire(positionNeuron, x) + x).MoveToOuterDisposeScope();
    }

    private (string Conv, string Bn, string Lif) Names(int stage)
    {
        var number = stage == 0 ? string.Empty : $"{stage}";
        return downsampling == Downsampling.BeforeNeuron
            ? ($"block{stage + 1}_conv", $"block{stage + 1}_bn", $"block{stage + 1}_lif")
            : ("proj_conv" + number, "proj_bn" + number, "proj_lif" + number);
    }
}
