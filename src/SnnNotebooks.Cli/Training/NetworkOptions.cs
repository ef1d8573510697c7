using System.CommandLine;
using SnnNotebooks.Models;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Cli.Training;

/// <summary>The argument and options that name a network: a published one, or a transformer for small images of any size.</summary>
internal sealed class NetworkOptions
{
    private const string QKFormerName = "qkformer";
    private const string SVFormerName = "svformer";
    private const int UsualFeatures = 64;
    private const int UsualHeads = 4;
    private const int UsualDepth = 2;
    private const int LeastStages = 3;
    private const int UsualSize = 32;
    private const int ImageNetSize = 224;
    private const int PictureSteps = 4;
    private const int ClipSteps = 16; // of event frames, too

    private static readonly Dictionary<string, (ResidualKind Residual, Downsampling Downsampling)> Transformers = new(
        StringComparer.Ordinal)
    {
        ["spikformer"] = (ResidualKind.Spikes, Downsampling.AfterNeuron),
        ["cml-spikformer"] = (ResidualKind.Spikes, Downsampling.BeforeNeuron),
        ["spikingformer"] = (ResidualKind.Membrane, Downsampling.AfterNeuron),
        ["cml-spikingformer"] = (ResidualKind.Membrane, Downsampling.BeforeNeuron),
    };

    private static readonly string[] Families = [.. Transformers.Keys, QKFormerName, SVFormerName];

    private readonly Argument<string> network = new("NETWORK")
    {
        Description = "A network that `snn models` lists; or spikformer, cml-spikformer, spikingformer, cml-spikingformer, qkformer or "
            + "svformer in any size, in the version that its paper has for the data.",
    };

    private readonly Option<int?> features = new("--features")
    {
        Description = $"Features of the tokens, {UsualFeatures} by default; svformer has as many in its first two stages and twice as "
            + "many in the others.",
    };

    private readonly Option<int?> heads = new("--heads") { Description = $"Attention heads, {UsualHeads} by default." };
    private readonly Option<int?> depth = new("--depth")
    {
        Description =
            $"Transformer blocks, {UsualDepth} by default (of svformer in each stage), or {LeastStages} of qkformer, one of each stage.",
    };

    public NetworkOptions() => network.Validators.Add(result =>
    {
        var name = result.GetValueOrDefault<string>();
        if (name is not null && !Families.Contains(name) && Unknown(name) is { } reason)
        {
            result.AddError(reason);
        }
    });

    /// <summary>Adds the argument and the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Arguments.Add(network);
        command.Options.Add(features);
        command.Options.Add(heads);
        command.Options.Add(depth);
    }

    /// <summary>Its name.</summary>
    public string Name(ParseResult parsed) => parsed.GetValue(network)!;

    /// <summary>Whether it is a published network, in one size.</summary>
    public bool IsPublished(ParseResult parsed) => !Families.Contains(Name(parsed));

    /// <summary>Its name, and what its parameters do not show of its size.</summary>
    public string Describe(ParseResult parsed) =>
        IsPublished(parsed) ? Name(parsed) : $"{Name(parsed)} (heads: {parsed.GetValue(heads) ?? UsualHeads})";

    /// <summary>The network asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="data">The data set's name: it decides which version of a paper's network is made.</param>
    /// <param name="input">One input as the data set has it.</param>
    /// <exception cref="ArgumentException">A published network was to have another size.</exception>
    public ModelPreset Choose(ParseResult parsed, string data, InputShape input)
    {
        var (wide, many, deep) = (parsed.GetValue(features), parsed.GetValue(heads), parsed.GetValue(depth));
        if (!IsPublished(parsed))
        {
            return Family(Name(parsed), new Dimensions(wide ?? UsualFeatures, many ?? UsualHeads, deep), data, input);
        }

        if (wide is not null || many is not null || deep is not null)
        {
            throw new ArgumentException(
                $"{Name(parsed)} is a published network, whose size is given: leave out --features, --heads and --depth, or take one of "
                + $"{string.Join(", ", Families)}.");
        }

        return ModelPresets.Get(Name(parsed));
    }

    /// <summary>Why there is no published network of a name; null where there is.</summary>
    private static string? Unknown(string name)
    {
        try
        {
            ModelPresets.Get(name);
            return null;
        }
        catch (KeyNotFoundException unknown)
        {
            return unknown.Message;
        }
    }

    /// <summary>A paper's network in a size of one's own, in the version that its code has for such data.</summary>
    private static ModelPreset Family(string name, Dimensions sizes, string data, InputShape input)
    {
        var size = TrainingRecipes.DataWord(data, input) == "imagenet" ? ImageNetSize : UsualSize;
        var shape = name == SVFormerName ? input with { Kind = InputKind.Video, TimeSteps = ClipSteps }
            : input.Kind == InputKind.EventFrames ? input with { TimeSteps = ClipSteps }
            : input with { Kind = InputKind.Images, TimeSteps = PictureSteps };
        shape = shape.Height > 0 ? shape : shape with { Height = size, Width = size };
        return new ModelPreset(
            name, shape.Axes, shape.TimeSteps, new PublishedResult(null, "this kit"),
            () => Build(new NetworkFit(10, shape.TimeSteps, shape.Channels, shape.Height)))
        {
            Input = shape.Kind, AnyChannels = true, Fit = Build, Recipe = TrainingRecipes.NameFor(Paper(name), data, shape),
        };

        nn.Module<Tensor, Tensor> Build(NetworkFit fit)
        {
            var form = shape with { TimeSteps = fit.TimeSteps, Channels = fit.Channels, Height = fit.Size, Width = fit.Size };
            var (features, heads) = (sizes.Features, sizes.Heads);
            var depth = sizes.Depth ?? (name != QKFormerName ? UsualDepth : size == ImageNetSize ? LeastStages + 1 : LeastStages);
            ArgumentOutOfRangeException.ThrowIfLessThan(heads, 1, "--heads");
            return name == SVFormerName
                ? new SVFormer(new SVFormerOptions(
                    fit.Classes, [features, features, 2 * features, 2 * features], [depth, depth, depth, depth],
                    HeadSize: 2 * features / heads, TimeSteps: fit.TimeSteps, ImageSize: fit.Size, Channels: fit.Channels))
                : Transformers.TryGetValue(name, out var kind)
                ? new Spikformer(SpikformerOptions.Published(data, form, fit.Classes) with
                {
                    Features = features, Heads = heads, Depth = depth, Residual = kind.Residual, Downsampling = kind.Downsampling,
                })
                : new QKFormer(QKFormerOptions.Published(data, form, fit.Classes) with
                {
                    Features = features, Heads = heads, Depth = depth,
                });
        }
    }

    private static string Paper(string network) => network.StartsWith("cml-", StringComparison.Ordinal) ? "cml" : network;

    private sealed record Dimensions(int Features, int Heads, int? Depth);
}
