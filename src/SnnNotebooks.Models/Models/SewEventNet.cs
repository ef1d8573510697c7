using System.Globalization;
using SnnNotebooks.Layers;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models;

/// <summary>The sizes and the variant of a <see cref="SewEventNet"/>.</summary>
/// <param name="Stages">Feature maps and number of residual blocks, in order; every block is followed by a pooling that halves height and
/// width.</param>
/// <param name="Classes">Outputs.</param>
/// <param name="Connect">How blocks join branch and shortcut.</param>
/// <param name="Channels">Channels of the event frames.</param>
/// <param name="Neuron">Makes a layer of neurons; PLIF from tau 2 where none is given.</param>
public sealed record SewEventNetOptions(
    IReadOnlyList<(int Features, int Blocks)> Stages,
    int Classes,
    ElementWise Connect = ElementWise.ADD,
    int Channels = 2,
    Func<SpikingNeuron>? Neuron = null)
{
    /// <summary>7B-Net for DVS128 Gesture: seven blocks of 32 feature maps.</summary>
    public static SewEventNetOptions DvsGesture { get; } = new([(32, 7)], 11);

    /// <summary>Wide-7B-Net for CIFAR10-DVS: four blocks of 64 and three of 128 feature maps.</summary>
    public static SewEventNetOptions Cifar10Dvs { get; } = new([(64, 4), (128, 3)], 10);

    internal SpikingNeuron CreateNeuron() =>
        Neuron?.Invoke() ?? new ParametricLIFNode(2.0, detachReset: true, surrogate: new ATan(), parameterAxes: 1);
}

/// <summary>
/// The residual networks for event frames of W. Fang et al. (NeurIPS 2021, arXiv:2102.04159), with PLIF neurons: SEW, Plain and Spiking
/// ResNet by <see cref="SewEventNetOptions.Connect"/>.
/// </summary>
public sealed class SewEventNet : NamedModule, IWholeSequence
{
    private readonly List<nn.Module<Tensor, Tensor>> conv = [];
    private readonly Linear @out;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="options">Its sizes and variant.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public SewEventNet(SewEventNetOptions options)
        : base(nameof(SewEventNet))
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Stages.Count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Classes, 1);
        Options = options;
        var channels = options.Channels;
        foreach (var (features, blocks) in options.Stages)
        {
            conv.Add(new ConvNeurons(options, channels, features, 1));
            channels = features;
            for (var i = 0; i < blocks; i++)
            {
                conv.Add(new EventBlock(options, features));
                conv.Add(new OverTime(("module", nn.MaxPool2d(2, 2))));
            }
        }

        register_module(nameof(conv), nn.Sequential(conv.Select((layer, i) => (i.ToString(CultureInfo.InvariantCulture), layer))));
        register_module(nameof(@out), @out = nn.Linear(channels, options.Classes));
    }

    /// <summary>What it was built with.</summary>
    public SewEventNetOptions Options { get; }

    /// <summary>Classifies. State goes on from call to call: <see cref="Functional.Reset"/> between independent inputs.</summary>
    /// <param name="input">Event frames [B, T, 2, H, W], H and W 2^(number of blocks).</param>
    /// <returns>Scores [B, classes], the mean over T.</returns>
    /// <exception cref="ArgumentException">The input has another number of axes.</exception>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var maps = ModelInput.Frames(input);
        foreach (var layer in conv)
        {
            maps = layer.call(maps);
        }

        return @out.call(maps.flatten(2).mean([0])).MoveToOuterDisposeScope();
    }

    private static OverTime Convolution(int inputs, int outputs, int kernel) =>
        new(("module", nn.Sequential(nn.Conv2d(inputs, outputs, kernel, padding: kernel / 2, bias: false), nn.BatchNorm2d(outputs))));

    /// <summary>Convolution, normalisation, neurons; registered as 0 and 1.</summary>
    private sealed class ConvNeurons : RecomputableBlock
    {
        private readonly OverTime layer;
        private readonly SpikingNeuron neuron;

        public ConvNeurons(SewEventNetOptions options, int inputs, int outputs, int kernel)
            : base(nameof(ConvNeurons))
        {
            register_module("0", layer = Convolution(inputs, outputs, kernel));
            register_module("1", neuron = options.CreateNeuron());
        }

        protected override Tensor Compute(Tensor input)
        {
            using var scope = NewDisposeScope();
            return neuron.Fire(layer, input).MoveToOuterDisposeScope();
        }
    }

    private sealed class EventBlock : RecomputableBlock
    {
        private readonly ElementWise connect;
        private readonly nn.Module<Tensor, Tensor> first;
        private readonly nn.Module<Tensor, Tensor> second;
        private readonly SpikingNeuron? sn;

        public EventBlock(SewEventNetOptions options, int features)
            : base(nameof(EventBlock))
        {
            connect = options.Connect;
            first = new ConvNeurons(options, features, features, 3);
            second = connect == ElementWise.NeuronAfterSum
                ? Convolution(features, features, 3)
                : new ConvNeurons(options, features, features, 3);
            register_module("conv", nn.Sequential(("0", first), ("1", second)));
            if (connect == ElementWise.NeuronAfterSum)
            {
                register_module(nameof(sn), sn = options.CreateNeuron());
            }
        }

        protected override Tensor Compute(Tensor input)
        {
            using var scope = NewDisposeScope();
            var branch = second.call(first.call(input));
            var output = connect switch
            {
                ElementWise.Plain => branch,
                ElementWise.NeuronAfterSum => sn!.Fire(branch + input),
                _ => connect.Join(branch, input),
            };
            return output.MoveToOuterDisposeScope();
        }
    }
}
