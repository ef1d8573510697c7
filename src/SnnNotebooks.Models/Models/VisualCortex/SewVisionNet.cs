using System.Globalization;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>
/// SEW-ResNets as they were compared with the visual cortex (arXiv:2303.06060): the deep ones and shallow, wide and grouped ones of
/// three stages. IF neurons, spikes added to the shortcut's, scores at every step. The state dictionary has torchvision's keys.
/// </summary>
public sealed class SewVisionNet : SequenceNetwork
{
    private readonly ConvBn stem;
    private readonly SpikingNeuron sn1;
    private readonly StemPool maxpool = new();
    private readonly List<nn.Module<Tensor, Tensor>> stages = [];
    private readonly GlobalPool avgpool = new();
    private readonly Linear fc;
    private readonly List<ScoredLayer> scored = [];

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="options">Its sizes.</param>
    /// <exception cref="ArgumentException">A size is out of range, or there are not as many widths as stages.</exception>
    public SewVisionNet(SewVisionOptions options)
        : base(nameof(SewVisionNet), Checked(options).TimeSteps)
    {
        Options = options;
        var neurons = new SewResNetOptions(options.Blocks, Names: ResNetNames.Torchvision, Neuron: options.Neuron);
        stem = new ConvBn(this, "conv1", "bn1", 3, 64, kernel: 7, stride: 2);
        Initialization.KaimingFanOut(stem.Weight);
        register_module(nameof(sn1), sn1 = neurons.CreateNeuron());
        register_module(nameof(maxpool), maxpool);
        scored.AddRange([new(nameof(sn1), 1), new(nameof(maxpool), 2)]);
        var (features, depth) = (64, 2);
        for (var stage = 0; stage < options.Blocks.Count; stage++)
        {
            var blocks = new List<(string, nn.Module<Tensor, Tensor>)>();
            for (var i = 0; i < options.Blocks[stage]; i++)
            {
                var stride = i == 0 && (stage > 0 || options.HalvesFirst) ? 2 : 1;
                var convolutions = Convolutions(options.Block, features, options.Widths[stage], stride);
                var block = new ResidualConvBlock(neurons, convolutions, features, stride);
                (features, depth) = (block.Outputs, depth + convolutions.Length);
                blocks.Add((i.ToString(CultureInfo.InvariantCulture), block));
                scored.Add(new($"{options.StageName}{stage + 1}.{i}", depth));
            }

            stages.Add(nn.Sequential(blocks));
            register_module($"{options.StageName}{stage + 1}", stages[^1]);
        }

        register_module(nameof(avgpool), avgpool);
        register_module(nameof(fc), fc = nn.Linear(features, options.Classes));
        scored.AddRange([new(nameof(avgpool), depth + 1), new(nameof(fc), depth + 2)]);
    }

    /// <summary>What it was built with.</summary>
    public SewVisionOptions Options { get; }

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

    private static Conv2d[] Convolutions(SewBlock block, int inputs, int width, int stride)
    {
        switch (block)
        {
            case SewBlock.Basic:
                return [ResidualConvBlock.Conv(inputs, width, 3, stride), ResidualConvBlock.Conv(width, width, 3)];
            case SewBlock.Bottleneck:
                return [ResidualConvBlock.Conv(inputs, width, 1), ResidualConvBlock.Conv(width, width, 3, stride),
                    ResidualConvBlock.Conv(width, 4 * width, 1)];
            default:
                var inside = (inputs == width ? inputs / 2 : inputs) * (block == SewBlock.GroupedInverted ? 6 : 1);
                return [ResidualConvBlock.Conv(inputs, inside, 1), ResidualConvBlock.Conv(inside, inside, 3, stride, groups: 32),
                    ResidualConvBlock.Conv(inside, width, 1)];
        }
    }

    private static SewVisionOptions Checked(SewVisionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Classes, 1);
        return options.Blocks.Count > 0 && options.Blocks.Count == options.Widths.Count && options.Blocks.All(count => count > 0)
            ? options
            : throw new ArgumentException(
                $"There are {options.Blocks.Count} stages and {options.Widths.Count} widths; expected one width for each stage and at "
                + "least one block in each.", nameof(options));
    }
}
