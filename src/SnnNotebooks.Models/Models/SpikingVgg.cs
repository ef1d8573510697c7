using SnnNotebooks.Layers;
using SnnNotebooks.Layers.Pooling;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models;

/// <summary>The sizes of a <see cref="SpikingVgg"/>.</summary>
/// <param name="Depth">11, 13, 16 or 19 layers.</param>
/// <param name="BatchNorm">Whether a batch normalisation follows each convolution.</param>
/// <param name="Classes">Outputs.</param>
/// <param name="TimeSteps">T.</param>
/// <param name="Neuron">Makes a neuron layer; IF with hard reset to 0 and arc-tangent surrogate where none is given.</param>
/// <param name="Width">Maps of the first stage, at least 1; 64 as published. Up to the fourth, each stage has twice those before it; dense
/// layers have 64 times as many neurons.</param>
public sealed record SpikingVggOptions(
    int Depth, bool BatchNorm, int Classes = 1000, int TimeSteps = 4, Func<SpikingNeuron>? Neuron = null, int Width = 64);

/// <summary>
/// VGG with neurons in the place of rectifiers, keys and shapes as SpikingJelly and torchvision have them (K. Simonyan, A. Zisserman,
/// arXiv:1409.1556).
/// </summary>
public sealed class SpikingVgg : NamedModule, IWholeSequence
{
    private readonly OverTime features;
    private readonly OverTime classifier;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="options">Its sizes.</param>
    /// <exception cref="ArgumentOutOfRangeException">No VGG has this depth, or the width is below 1.</exception>
    public SpikingVgg(SpikingVggOptions options)
        : base(nameof(SpikingVgg))
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Width, 1, nameof(options.Width));
        Options = options;
        int[] convolutions = options.Depth switch
        {
            11 => [1, 1, 2, 2, 2],
            13 => [2, 2, 2, 2, 2],
            16 => [2, 2, 3, 3, 3],
            19 => [2, 2, 4, 4, 4],
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Depth, "VGGs have 11, 13, 16 or 19 layers."),
        };
        var layers = new List<nn.Module<Tensor, Tensor>>();
        var (channels, hidden) = (3, 64 * options.Width);
        for (var stage = 0; stage < convolutions.Length; stage++)
        {
            var outputs = options.Width << Math.Min(stage, 3);
            for (var i = 0; i < convolutions[stage]; i++)
            {
                var convolution = nn.Conv2d(channels, outputs, 3, padding: 1);
                nn.init.kaiming_normal_(convolution.weight!, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
                Initialization.Zero(convolution.bias);
                layers.Add(convolution);
                if (options.BatchNorm)
                {
                    layers.Add(nn.BatchNorm2d(outputs));
                }

                layers.Add(Neurons());
                channels = outputs;
            }

            layers.Add(new MaxPool2x2());
        }

        register_module(nameof(features), features = new OverTime([.. layers]));
        register_module(nameof(classifier), classifier = new OverTime(
            [Dense(channels * 49, hidden), Neurons(), new OverTimeDropout(), Dense(hidden, hidden), Neurons(), new OverTimeDropout(),
                Dense(hidden, options.Classes)]));

        SpikingNeuron Neurons() => options.Neuron?.Invoke() ?? new IFNode(detachReset: true, surrogate: new ATan());
    }

    /// <summary>What it was built with.</summary>
    public SpikingVggOptions Options { get; }

    /// <summary>Classifies. State goes on from call to call: <see cref="Functional.Reset"/> between independent inputs.</summary>
    /// <param name="input">Images [B, 3, H, W].</param>
    /// <returns>Scores [B, classes], the mean over T.</returns>
    /// <exception cref="ArgumentException">The input has another number of axes.</exception>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var maps = features.call(TimeRepeat.Repeat(ModelInput.Images(input), Options.TimeSteps));
        var pooled = OverTime.Apply(frames => nn.functional.adaptive_avg_pool2d(frames, [7, 7]).flatten(1), maps);
        return classifier.call(pooled).mean([0]).MoveToOuterDisposeScope();
    }

    private static TorchSharp.Modules.Linear Dense(int inputs, int outputs)
    {
        var layer = nn.Linear(inputs, outputs);
        nn.init.normal_(layer.weight!, 0, 0.01);
        Initialization.Zero(layer.bias);
        return layer;
    }
}
