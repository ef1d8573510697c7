using System.Globalization;
using SnnNotebooks.Layers;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models;

/// <summary>
/// Deep residual networks of spiking neurons: SEW-ResNet (W. Fang et al., NeurIPS 2021, arXiv:2102.04159), whose blocks join spikes
/// element by element and so can be the identity, and the Spiking ResNet it is compared with.
/// </summary>
public sealed class SewResNet : NamedModule, IWholeSequence
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly SpikingNeuron sn1;
    private readonly List<nn.Module<Tensor, Tensor>> layers = [];
    private readonly Linear fc;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="options">Its sizes and variant.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public SewResNet(SewResNetOptions options)
        : base(nameof(SewResNet))
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Blocks.Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TimeSteps, 1);
        Options = options;
        conv1 = nn.Conv2d(3, options.Width, 7, 2, 3, bias: false);
        nn.init.kaiming_normal_(conv1.weight!, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        register_module(nameof(conv1), conv1);
        register_module(nameof(bn1), bn1 = nn.BatchNorm2d(options.Width));
        register_module(nameof(sn1), sn1 = options.CreateNeuron());
        var features = options.Width;
        for (var layer = 0; layer < options.Blocks.Count; layer++)
        {
            var blocks = new List<(string, nn.Module<Tensor, Tensor>)>();
            for (var i = 0; i < options.Blocks[layer]; i++)
            {
                var block = new ResidualConvBlock(options, features, options.Width << layer, stride: i == 0 && layer > 0 ? 2 : 1);
                features = block.Outputs;
                blocks.Add((i.ToString(CultureInfo.InvariantCulture), block));
            }

            layers.Add(nn.Sequential(blocks));
            register_module($"layer{layer + 1}", layers[^1]);
        }

        register_module(nameof(fc), fc = nn.Linear(features, options.Classes));
    }

    /// <summary>What it was built with.</summary>
    public SewResNetOptions Options { get; }

    /// <summary>Classifies. State goes on from call to call: <see cref="Functional.Reset"/> between independent inputs.</summary>
    /// <param name="input">Images [B, 3, H, W].</param>
    /// <returns>Scores [B, classes], the mean over T.</returns>
    /// <exception cref="ArgumentException">The input has another number of axes.</exception>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();

        // the published code, too, computes the stem once: its statistics are over B, not over T
        LayerInput.Require(ModelInput.Images(input), conv1);
        var stem = conv1.call(FeatureMaps.ChannelsLast(input)).unsqueeze(0);
        var maps = FeatureMaps.Pool(NormalisedNeurons.Fire(bn1, sn1, stem, Options.TimeSteps, channelsBehind: true, countsSteps: false));
        foreach (var layer in layers)
        {
            maps = layer.call(maps);
        }

        return fc.call(maps.mean([0, 3, 4])).MoveToOuterDisposeScope();
    }
}
