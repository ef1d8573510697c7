using System.Text.Json;
using System.Text.Json.Serialization;
using SnnNotebooks.Exchange;
using SnnNotebooks.Layers;
using SnnNotebooks.Layers.Pooling;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models;

/// <summary>The sizes of a <see cref="ConvSnn"/>.</summary>
/// <param name="Channels">Feature maps of both convolutions.</param>
/// <param name="Hidden">Neurons of the hidden dense layer.</param>
/// <param name="Classes">Output neurons.</param>
/// <param name="TimeSteps">T.</param>
/// <param name="ImageSize">Height and width of the input in pixels; a multiple of 4.</param>
/// <param name="Tau">Membrane time constant of all neurons, in time steps, above 1.</param>
/// <param name="AveragePooling">Average instead of maximum pooling: neuromorphic hardware, and NIR, have no maximum.</param>
public sealed record ConvSnnOptions(int Channels = 16, int Hidden = 128, int Classes = 10, int TimeSteps = 4, int ImageSize = 28,
    double Tau = 2.0, bool AveragePooling = false)
{
    /// <summary>Makes a layer of neurons; LIF with <see cref="Tau"/> where none is given. A file does not hold it.</summary>
    [JsonIgnore]
    public Func<SpikingNeuron>? Neuron { get; init; }
}

/// <summary>
/// A small spiking convolutional network for grey images: twice convolution, batch normalisation, LIF, pooling, then two dense layers with
/// LIF.
/// The first convolution is the learned encoder: the image is a constant current, repeated over T, and the output is the firing rate of the
/// last layer (after W. Fang et al., ICCV 2021, arXiv:2007.05785, smaller).
/// </summary>
public sealed class ConvSnn : nn.Module<Tensor, Tensor>, IStagedNetwork, IWholeSequence
{
    private const string ModelNote = "snn.model";
    private const string OptionsNote = "snn.options";

    private readonly nn.Module<Tensor, Tensor> encoder;
    private readonly nn.Module<Tensor, Tensor> features;
    private readonly nn.Module<Tensor, Tensor> classifier;

    /// <summary>Builds the network.</summary>
    /// <param name="options">Its sizes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the image size is no multiple of 4.</exception>
    public ConvSnn(ConvSnnOptions options)
        : base(nameof(ConvSnn))
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Channels, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Hidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TimeSteps, 1);
        if (options.ImageSize < 4 || options.ImageSize % 4 != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.ImageSize, "The image size must be a multiple of 4: the network halves it twice.");
        }

        Options = options;
        var width = options.Channels;
        var side = options.ImageSize / 4;
        encoder = new OverTime(nn.Conv2d(1, width, 3, padding: 1, bias: false), nn.BatchNorm2d(width));
        features = nn.Sequential(
            Lif(),
            new OverTime(Pool(), nn.Conv2d(width, width, 3, padding: 1, bias: false), nn.BatchNorm2d(width)),
            Lif(),
            new OverTime(Pool(), nn.Flatten(), nn.Linear(width * side * side, options.Hidden, hasBias: false)),
            Lif());
        classifier = nn.Sequential(new OverTime(nn.Linear(options.Hidden, options.Classes, hasBias: false)), Lif());
        RegisterComponents();

        nn.Module<Tensor, Tensor> Pool() => options.AveragePooling ? nn.AvgPool2d(2) : new MaxPool2x2();
        SpikingNeuron Lif() => options.Neuron?.Invoke() ?? new LIFNode(options.Tau, surrogate: new ATan(), detachReset: true);
    }

    /// <summary>The sizes it was built with.</summary>
    public ConvSnnOptions Options { get; }

    /// <summary>Reads a network that <see cref="Save"/> wrote.</summary>
    /// <param name="path">A safetensors file.</param>
    /// <returns>The network, in evaluation mode; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="CheckpointException">It is damaged, or holds another network.</exception>
    public static ConvSnn Load(string path)
    {
        using var checkpoint = Checkpoint.Read(path);
        if (checkpoint.Metadata.GetValueOrDefault(ModelNote) != nameof(ConvSnn)
            || !checkpoint.Metadata.TryGetValue(OptionsNote, out var text))
        {
            throw new CheckpointException(
                $"{path} does not say that it holds a {nameof(ConvSnn)} with its options; expected a file written by "
                + $"{nameof(ConvSnn)}.{nameof(Save)}.");
        }

        ConvSnn? network = null;
        try
        {
            network = new ConvSnn(JsonSerializer.Deserialize<ConvSnnOptions>(text)!);
            checkpoint.LoadInto(network);
            network.eval();
            return network;
        }
        catch (Exception unfit) when (unfit is JsonException or ArgumentException or CheckpointException)
        {
            network?.Dispose();
            throw new CheckpointException($"{path} is damaged: {unfit.Message}", unfit);
        }
    }

    /// <summary>Writes weights, options and what the neurons compute as a safetensors file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The network has neurons of your own, which a file cannot make again.</exception>
    public void Save(string path)
    {
        if (Options.Neuron is not null)
        {
            throw new InvalidOperationException(
                "The network has neurons of your own, which a file cannot make again: write it with Checkpoint.Of(network), and load "
                + "that into a network built the same way.");
        }

        using var checkpoint = Checkpoint.Of(this, Options.TimeSteps,
            new Dictionary<string, string> { [ModelNote] = nameof(ConvSnn), [OptionsNote] = JsonSerializer.Serialize(Options) });
        checkpoint.Write(path);
    }

    /// <summary>Firing rates of the output neurons.</summary>
    /// <param name="input">Images [B, 1, H, W].</param>
    /// <returns>Rates [B, classes], spikes per time step in [0, 1].</returns>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Spikes(input).Output.mean([0]).MoveToOuterDisposeScope();
    }

    /// <summary>The spikes of the hidden and of the output layer.</summary>
    /// <param name="input">Images [B, 1, H, W].</param>
    /// <returns>Spikes [T, B, hidden] and [T, B, classes].</returns>
    public (Tensor Hidden, Tensor Output) Spikes(Tensor input)
    {
        using var scope = NewDisposeScope();

        // the image does not change over T, so neither does its convolution: OverTime computes it once
        var current = encoder.call(TimeRepeat.Repeat(ModelInput.Images(input), Options.TimeSteps));
        var hidden = features.call(current);
        return (hidden.MoveToOuterDisposeScope(), classifier.call(hidden).MoveToOuterDisposeScope());
    }
}
