using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>A residual block of a <see cref="SewResNet"/>: basic (two convolutions) or bottleneck (three).</summary>
public sealed class ResidualConvBlock : RecomputableBlock
{
    private readonly ElementWise connect;
    private readonly List<(nn.Module<Tensor, Tensor> Layer, SpikingNeuron Neuron)> branch = [];
    private readonly nn.Module<Tensor, Tensor>? shortcut;
    private readonly SpikingNeuron? shortcutNeuron;

    /// <summary>Builds a block.</summary>
    /// <param name="options">The network's options.</param>
    /// <param name="inputs">Feature maps of the input.</param>
    /// <param name="planes">Feature maps of the layer, before the expansion of a bottleneck.</param>
    /// <param name="stride">1, or 2 to halve height and width.</param>
    internal ResidualConvBlock(SewResNetOptions options, int inputs, int planes, int stride)
        : this(options, Convolutions(options, inputs, planes, stride), inputs, stride)
    {
    }

    /// <summary>Builds a block of other convolutions.</summary>
    /// <param name="options">The network's options; sizes come from the convolutions.</param>
    /// <param name="convolutions">The branch, without normalisations and neurons.</param>
    /// <param name="inputs">Feature maps of the input.</param>
    /// <param name="stride">What the convolutions divide height and width by.</param>
    internal ResidualConvBlock(SewResNetOptions options, IReadOnlyList<Conv2d> convolutions, int inputs, int stride)
        : base(nameof(ResidualConvBlock))
    {
        connect = options.Connect;
        Outputs = (int)convolutions[^1].weight!.shape[0];
        BatchNorm2d? last = null;
        for (var i = 0; i < convolutions.Count; i++)
        {
            last = nn.BatchNorm2d(convolutions[i].weight!.shape[0]);
            branch.Add(Register(options.Names, i + 1, convolutions[i], last, options.CreateNeuron()));
        }

        if (options.ZeroInitResidual)
        {
            nn.init.zeros_(last!.weight!);
            if (connect == ElementWise.AND)
            {
                nn.init.ones_(last.bias!);
            }
        }

        if (stride != 1 || inputs != Outputs)
        {
            var (convolution, normalisation) = (Conv(inputs, Outputs, 1, stride), nn.BatchNorm2d(Outputs));
            var layer = nn.Sequential(convolution, normalisation);
            shortcutNeuron = connect == ElementWise.NeuronAfterSum ? null : options.CreateNeuron();
            shortcut = options.Names == ResNetNames.Published ? new OverTime(("module", layer)) : layer;
            register_module("downsample", (options.Names, shortcutNeuron) switch
            {
                (ResNetNames.Published, not null) => nn.Sequential(shortcut, shortcutNeuron),
                (ResNetNames.Torchvision, not null) => nn.Sequential(convolution, normalisation, shortcutNeuron),
                _ => shortcut,
            });
        }
    }

    /// <summary>Feature maps of the output.</summary>
    public int Outputs { get; }

    /// <summary>Runs the block.</summary>
    /// <param name="input">Feature maps [T, B, C, H, W].</param>
    /// <returns>Feature maps [T, B, C', H', W'].</returns>
    protected override Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        var identity = input;
        if (shortcut is not null)
        {
            identity = shortcutNeuron?.Fire(shortcut, input) ?? Over(shortcut, input);
        }

        var x = input;
        for (var i = 0; i < branch.Count; i++)
        {
            var (layer, neuron) = branch[i];
            if (i == branch.Count - 1 && connect == ElementWise.NeuronAfterSum)
            {
                return neuron.Fire(Over(layer, x) + identity).MoveToOuterDisposeScope();
            }

            x = neuron.Fire(layer, x);
        }

        return connect.Join(x, identity).MoveToOuterDisposeScope();
    }

    /// <summary>A convolution as residual networks have it: no bias, edges padded, normal weights after the outputs.</summary>
    internal static Conv2d Conv(int inputs, int outputs, int kernel, int stride = 1, int groups = 1)
    {
        var convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding: kernel / 2, groups: groups, bias: false);
        nn.init.kaiming_normal_(convolution.weight!, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        return convolution;
    }

    private static Conv2d[] Convolutions(SewResNetOptions options, int inputs, int planes, int stride)
    {
        var width = (int)(planes * (options.WidthPerGroup / 64.0)) * options.Groups;
        return options.Bottleneck
            ? [Conv(inputs, width, 1), Conv(width, width, 3, stride, options.Groups), Conv(width, planes * 4, 1)]
            : [Conv(inputs, planes, 3, stride), Conv(planes, planes, 3)];
    }

    private static Tensor Over(nn.Module<Tensor, Tensor> layer, Tensor maps) =>
        layer is OverTime ? layer.call(maps) : OverTime.Apply(frames => SpikeLayers.Call(layer, frames), maps);

    private (nn.Module<Tensor, Tensor> Layer, SpikingNeuron Neuron) Register(
        ResNetNames names, int number, Conv2d convolution, BatchNorm2d normalisation, SpikingNeuron neuron)
    {
        nn.Module<Tensor, Tensor> layer = nn.Sequential(convolution, normalisation);
        if (names == ResNetNames.Published)
        {
            layer = new OverTime(("module", layer));
            register_module($"conv{number}", layer);
        }
        else
        {
            register_module($"conv{number}", convolution);
            register_module($"bn{number}", normalisation);
        }

        register_module($"sn{number}", neuron);
        return (layer, neuron);
    }
}
