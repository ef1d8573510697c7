using System.Globalization;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>The sizes and the variant of a <see cref="LoRaFBNet"/>.</summary>
/// <param name="Depth">18, 34, 50, 101 or 152, as of ResNets.</param>
/// <param name="Spiking">LIF neurons (LoRaFB-SNet), or ReLU and plain residual blocks (LoRaFB-CNet, the paper's network without
/// spikes).</param>
/// <param name="Classes">Outputs.</param>
/// <param name="TimeSteps">How often a still image is presented.</param>
/// <param name="Neuron">Makes a layer of neurons; LIF with tau 2 where none is given.</param>
public sealed record LoRaFBOptions(
    int Depth = 18, bool Spiking = true, int Classes = 101, int TimeSteps = 4, Func<SpikingNeuron>? Neuron = null)
{
    internal SpikingNeuron CreateNeuron() => Neuron?.Invoke() ?? new LIFNode(tau: 2, detachReset: true, surrogate: new ATan());
}

/// <summary>
/// LoRaFB-SNet, a ResNet whose stages feed back into themselves, for movies (arXiv:2306.01354). LIF neurons with tau 2, hard reset,
/// arc-tangent surrogate. Stem and classifier take the whole sequence, the stages go step by step.
/// </summary>
public sealed class LoRaFBNet : SequenceNetwork
{
    private readonly ConvBn stem;
    private readonly nn.Module<Tensor, Tensor> sn1;
    private readonly StemPool maxpool = new();
    private readonly List<RecurrentStage> stages = [];
    private readonly GlobalPool avgpool = new();
    private readonly Linear fc;
    private readonly List<ScoredLayer> scored = [];

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="options">Its sizes and variant.</param>
    /// <exception cref="ArgumentOutOfRangeException">No ResNet has this depth, or a size is below 1.</exception>
    public LoRaFBNet(LoRaFBOptions options)
        : base(nameof(LoRaFBNet), (options ?? throw new ArgumentNullException(nameof(options))).TimeSteps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Classes, 1);
        Options = options;
        var blocks = SewResNetOptions.ForDepth(options.Depth);
        stem = new ConvBn(this, "conv1", "bn1", 3, 64, kernel: 7, stride: 2);
        register_module(nameof(sn1), sn1 = Nonlinearity(options));
        register_module(nameof(maxpool), maxpool);
        scored.AddRange([new(nameof(sn1), 1), new(nameof(maxpool), 2)]);
        var (features, depth) = (64, 2);
        for (var i = 0; i < blocks.Blocks.Count; i++)
        {
            var (width, stride) = (64 << i, i == 0 ? 1 : 2);
            var (inputs, outputs) = (features, blocks.Bottleneck ? 4 * width : width);
            var stage = new List<(string, nn.Module<Tensor, Tensor>)>();
            for (var j = 0; j < blocks.Blocks[i]; j++)
            {
                stage.Add(
                    (j.ToString(CultureInfo.InvariantCulture), Block(options, blocks.Bottleneck, features, width, j == 0 ? stride : 1)));
                (features, depth) = (outputs, depth + (blocks.Bottleneck ? 3 : 2));
                scored.Add(new($"recurrent_layer{i + 1}.sub_module.{j}", depth));
            }

            stages.Add(new RecurrentStage(nn.Sequential(stage), inputs, outputs, stride, () => Nonlinearity(options)));
            register_module($"recurrent_layer{i + 1}", stages[^1]);
        }

        register_module(nameof(avgpool), avgpool);
        register_module(nameof(fc), fc = nn.Linear(features, options.Classes));
        scored.AddRange([new(nameof(avgpool), depth + 1), new(nameof(fc), depth + 2)]);
        Initialization.KaimingConvolutions(this);
    }

    /// <summary>What it was built with.</summary>
    public LoRaFBOptions Options { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ScoredLayer> ScoredLayers => scored;

    /// <inheritdoc/>
    protected override Tensor Sequence(Tensor frames)
    {
        var maps = maxpool.call(sn1.call(stem.Apply(frames)));
        foreach (var stage in stages)
        {
            maps = stage.call(maps);
        }

        return fc.call(avgpool.call(maps).flatten(2));
    }

    private static nn.Module<Tensor, Tensor> Nonlinearity(LoRaFBOptions options) => options.Spiking ? options.CreateNeuron() : nn.ReLU();

    private static nn.Module<Tensor, Tensor> Block(LoRaFBOptions options, bool bottleneck, int inputs, int width, int stride) =>
        options.Spiking
        ? new ResidualConvBlock(new SewResNetOptions([1], bottleneck, Names: ResNetNames.Torchvision, Neuron: options.CreateNeuron), inputs,
            width, stride)
        : new ResNetBlock(bottleneck, inputs, width, stride);
}
