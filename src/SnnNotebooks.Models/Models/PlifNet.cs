using SnnNotebooks.Layers;
using SnnNotebooks.Layers.Pooling;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models;

/// <summary>The sizes of a <see cref="PlifNet"/>.</summary>
/// <param name="InputChannels">Channels of the input.</param>
/// <param name="ImageSize">Height and width of the input in pixels.</param>
/// <param name="Channels">Feature maps of every convolution.</param>
/// <param name="ConvolutionsPerStage">Convolutions of each stage; a pooling that halves height and width follows it.</param>
/// <param name="Hidden">Neurons of the hidden dense layer.</param>
/// <param name="Classes">Outputs, ten neurons each.</param>
/// <param name="TimeSteps">T of a still image; event frames bring their own.</param>
/// <param name="Neuron">Makes a layer of neurons; PLIF from tau 2 where none is given.</param>
public sealed record PlifNetOptions(
    int InputChannels,
    int ImageSize,
    int Channels,
    IReadOnlyList<int> ConvolutionsPerStage,
    int Hidden,
    int Classes,
    int TimeSteps = 8,
    Func<SpikingNeuron>? Neuron = null)
{
    /// <summary>For MNIST and Fashion-MNIST.</summary>
    public static PlifNetOptions Mnist { get; } = new(1, 28, 128, [1, 1], 2048, 10);

    /// <summary>For N-MNIST.</summary>
    public static PlifNetOptions NMnist { get; } = new(2, 34, 128, [1, 1], 2048, 10);

    /// <summary>For CIFAR-10.</summary>
    public static PlifNetOptions Cifar10 { get; } = new(3, 32, 256, [3, 3], 2048, 10);

    /// <summary>For CIFAR10-DVS.</summary>
    public static PlifNetOptions Cifar10Dvs { get; } = new(2, 128, 128, [1, 1, 1, 1], 512, 10);

    /// <summary>For DVS128 Gesture.</summary>
    public static PlifNetOptions DvsGesture { get; } = new(2, 128, 128, [1, 1, 1, 1, 1], 512, 11);
}

/// <summary>
/// The convolutional networks of the PLIF paper (W. Fang et al., ICCV 2021, arXiv:2007.05785) with keys and shapes as SpikingJelly has
/// them:
/// convolution, normalisation, PLIF and max-pooling, two dense layers with dropout that holds its mask, and a vote of ten neurons a class.
/// </summary>
public sealed class PlifNet : NamedModule, IWholeSequence
{
    private readonly OverTime conv_fc;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="options">Its sizes.</param>
    public PlifNet(PlifNetOptions options)
        : base(nameof(PlifNet))
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        var layers = new List<nn.Module<Tensor, Tensor>>();
        var (channels, side) = (options.InputChannels, options.ImageSize);
        foreach (var convolutions in options.ConvolutionsPerStage)
        {
            for (var i = 0; i < convolutions; i++)
            {
                layers.AddRange(
                    [nn.Conv2d(channels, options.Channels, 3, padding: 1, bias: false), nn.BatchNorm2d(options.Channels), Neurons()]);
                channels = options.Channels;
            }

            layers.Add(new MaxPool2x2());
            side /= 2;
        }

        layers.AddRange(
        [
            nn.Flatten(), new OverTimeDropout(), nn.Linear(channels * side * side, options.Hidden), Neurons(),
            new OverTimeDropout(), nn.Linear(options.Hidden, options.Classes * 10), Neurons(), new Voting(),
        ]);
        register_module(nameof(conv_fc), conv_fc = new OverTime([.. layers]));

        SpikingNeuron Neurons() => options.Neuron?.Invoke() ?? new ParametricLIFNode(2.0, detachReset: true, surrogate: new ATan());
    }

    /// <summary>What it was built with.</summary>
    public PlifNetOptions Options { get; }

    /// <summary>
    /// Firing rates of the classes. State goes on from call to call: <see cref="Functional.Reset"/> between independent inputs.
    /// </summary>
    /// <param name="input">Images [B, C, H, W], or event frames [B, T, C, H, W].</param>
    /// <returns>Rates [B, classes].</returns>
    /// <exception cref="ArgumentException">The input has another number of axes.</exception>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return conv_fc.call(ModelInput.Sequence(input, isFrames: input.dim() != 4, Options.TimeSteps)).mean([0]).MoveToOuterDisposeScope();
    }
}
