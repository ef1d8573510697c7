using SnnNotebooks.Exchange;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models;

/// <summary>A figure that somebody published for a network.</summary>
/// <param name="Result">The figure with its unit and data, for example <c>ImageNet top-1 73.38 % (T = 4)</c>; null where none was
/// published.</param>
/// <param name="Source">Where: the paper, a repository's README or log.</param>
public sealed record PublishedResult(string? Result, string Source);

/// <summary>A published network under its name.</summary>
/// <param name="Name">Its name in every list, for example <c>spikformer_imagenet_8_512</c>.</param>
/// <param name="InputShape">Axes of one input, for example [3, 224, 224]; the batch axis comes before them.</param>
/// <param name="TimeSteps">T of the published result.</param>
/// <param name="Published">What was published for it.</param>
/// <param name="Create">Builds it with fresh weights; the caller disposes it.</param>
public sealed record ModelPreset(
    string Name, IReadOnlyList<long> InputShape, int TimeSteps, PublishedResult Published, Func<nn.Module<Tensor, Tensor>> Create)
{
    private static readonly Lock MetaLock = new();

    /// <summary>What it is given.</summary>
    public InputKind Input { get; init; } = InputKind.Images;

    /// <summary>Whether it also takes a film frame by frame, [T, B, C, H, W], and scores every frame.</summary>
    public bool TakesFilms { get; init; }

    /// <summary>Whether it can be built for any number of channels, or only for those of <see cref="InputShape"/>.</summary>
    public bool AnyChannels { get; init; }

    /// <summary>The recipe of its paper (<see cref="TrainingRecipes"/>); null where the kit has none.</summary>
    public string? Recipe { get; init; }

    /// <summary>Builds it for other data, with fresh weights; null where there is only the published one. The caller disposes it.</summary>
    public Func<NetworkFit, nn.Module<Tensor, Tensor>>? Fit { get; init; }

    /// <summary>Its published input by axes.</summary>
    public InputShape Shape => Input switch
    {
        InputKind.EventFrames => new(Input, (int)InputShape[0], (int)InputShape[1], (int)InputShape[2], (int)InputShape[3]),
        InputKind.Video => new(Input, (int)InputShape[1], (int)InputShape[0], (int)InputShape[2], (int)InputShape[3]),
        InputKind.SpikeTrains => new(Input, (int)InputShape[0], (int)InputShape[1], 1, 1),
        _ => new(Input, TimeSteps, (int)InputShape[0], (int)InputShape[1], (int)InputShape[2]),
    };

    /// <summary>The shape in which it takes the inputs of a data set.</summary>
    /// <param name="data">One input as the data set has it; where height and width are 0, pictures of all sizes.</param>
    /// <param name="timeSteps">T; that of the paper where none is given.</param>
    /// <param name="size">Height and width; those of the paper where none is given.</param>
    /// <returns>The shape, with the network's own T, channels and size where the data leave them open.</returns>
    /// <exception cref="ArgumentException">It takes no such data; the message says why.</exception>
    public InputShape ShapeFor(InputShape data, int? timeSteps = null, int? size = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var own = Shape;
        if ((data.Kind == InputKind.SpikeTrains) != (own.Kind == InputKind.SpikeTrains))
        {
            throw Unfit($"takes {own}; the data are {data}, which have {(own.Kind == InputKind.SpikeTrains ? "no trains" : "no picture")}");
        }

        if (own.Kind == InputKind.SpikeTrains)
        {
            return own with { TimeSteps = timeSteps ?? own.TimeSteps, Channels = data.Channels };
        }

        if (own.Kind == InputKind.Images && data.Kind != InputKind.Images && !(TakesFilms && data.Kind == InputKind.Video))
        {
            throw Unfit($"takes still pictures; the data are {data}");
        }

        var grey = data.Channels == 1 && own.Channels == 3;
        if (!AnyChannels && data.Channels != own.Channels && !grey)
        {
            throw Unfit($"takes {own.Channels} channels; the data have {data.Channels}");
        }

        var pixels = size ?? own.Height;
        var kind = TakesFilms && data.Kind == InputKind.Video ? InputKind.Video : own.Kind;
        var steps = timeSteps ?? (kind == own.Kind ? own.TimeSteps : data.TimeSteps);
        return new(kind, steps, AnyChannels ? data.Channels : own.Channels, pixels, pixels);
    }

    /// <summary>Builds it for inputs of a shape that <see cref="ShapeFor"/> gave.</summary>
    /// <param name="shape">The inputs.</param>
    /// <param name="classes">How many classes they are of.</param>
    /// <returns>The network with fresh weights, in a <see cref="FilmNetwork"/> for clips that it takes as film; the caller disposes
    /// it.</returns>
    /// <exception cref="ArgumentException">It cannot be built so; the message says why.</exception>
    public nn.Module<Tensor, Tensor> For(InputShape shape, int classes)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var network = Fit is not null
            ? Fit(new NetworkFit(classes, shape.TimeSteps, shape.Channels, shape.Height))
            : shape == Shape ? Create() : throw Unfit($"is made for {Shape} only; asked for were {shape}");
        return shape.Kind == Input ? network : new FilmNetwork(network);
    }

    private ArgumentException Unfit(string reason) => new($"{Name} {reason}. `snn models` lists what there is for other data.");

    /// <summary>The state dictionary's entries, in order, without making a single weight.</summary>
    /// <returns>Key, shape, element type, and whether it is a parameter (else a buffer).</returns>
    public IReadOnlyList<StateEntry> Entries()
    {
        // on the device "meta" tensors have shapes and no memory; it is the default device of the whole process while this runs
        lock (MetaLock)
        {
            using var scope = NewDisposeScope();
            var device = get_default_device();
            set_default_device(META);
            try
            {
                using var network = Create();
                return [.. StateDictionary.Of(network)
                    .Select(entry => new StateEntry(entry.Key, entry.Value.shape, entry.Value.dtype, entry.IsParameter))];
            }
            finally
            {
                set_default_device(device);
            }
        }
    }
}

/// <summary>One entry of a state dictionary.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Shape">Its axes; none for a single number.</param>
/// <param name="Type">Its element type.</param>
/// <param name="IsParameter">Whether it is trained; else it is a buffer, such as a running mean.</param>
public sealed record StateEntry(string Key, IReadOnlyList<long> Shape, ScalarType Type, bool IsParameter)
{
    /// <summary>How many numbers it holds.</summary>
    public long Count => Shape.Aggregate(1L, (product, axis) => product * axis);
}
