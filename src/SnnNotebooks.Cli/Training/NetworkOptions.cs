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
    private const int UsualFeatures = 64;
    private const int UsualHeads = 4;
    private const int UsualDepth = 2;
    private const int LeastStages = 3;
    private const int UsualSize = 32;

    private static readonly Dictionary<string, (ResidualKind Residual, Downsampling Downsampling)> Transformers = new(
        StringComparer.Ordinal)
    {
        ["spikformer"] = (ResidualKind.Spikes, Downsampling.AfterNeuron),
        ["cml-spikformer"] = (ResidualKind.Spikes, Downsampling.BeforeNeuron),
        ["spikingformer"] = (ResidualKind.Membrane, Downsampling.AfterNeuron),
        ["cml-spikingformer"] = (ResidualKind.Membrane, Downsampling.BeforeNeuron),
    };

    private readonly Argument<string> network = new("NETWORK")
    {
        Description = "A network that `snn models` lists; or spikformer, cml-spikformer, spikingformer, cml-spikingformer or qkformer, the "
            + "version for small images in any size.",
    };

    private readonly Option<int?> features = new("--features") { Description = $"Features of the tokens, {UsualFeatures} by default." };
    private readonly Option<int?> heads = new("--heads") { Description = $"Attention heads, {UsualHeads} by default." };
    private readonly Option<int?> depth = new("--depth") 
    {
        Description = $"Transformer blocks, {UsualDepth} by default, or {LeastStages} of qkformer, one of each stage.",
    };


    public NetworkOptions() => network.Validators.Add(result =>
    {
        var name = result.GetValueOrDefault<string>();
        if (name is not null && name != "qkformer" && !Transformers.ContainsKey(name) && Unknown(name) is { } reason)
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
    public bool IsPublished(ParseResult parsed) => Name(parsed) is var name && name != "qkformer" && !Transformers.ContainsKey(name);

    /// <summary>The network asked for.</summary>
    /// <exception cref="ArgumentException">A published network was to have another size.</exception>
    public ModelPreset Choose(ParseResult parsed, InputShape data)
    {
        var (wide, many, deep) = (parsed.GetValue(features), parsed.GetValue(heads), parsed.GetValue(depth));
        if (!IsPublished(parsed))
        {
            return Family(Name(parsed), wide ?? UsualFeatures, many ?? UsualHeads, deep ?? Depth(Name(parsed)), data);
        }

        if (wide is not null || many is not null || deep is not null)
        {
            throw new ArgumentException(
                $"{Name(parsed)} is a published network, whose size is given: leave out --features, --heads and --depth, or take one of "
                + $"{string.Join(", ", Transformers.Keys)} and qkformer.");
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

    private static int Depth(string name) => Transformers.ContainsKey(name) ? UsualDepth : LeastStages;

    private static ModelPreset Family(string name, int features, int heads, int depth, InputShape data)
    {
        var (rows, columns) = data.Height > 0 ? (data.Height, data.Width) : (UsualSize, UsualSize);
        return new ModelPreset(
            name, [data.Channels, rows, columns], 4, new PublishedResult(null, "this kit"),
            () => Build(new NetworkFit(10, 4, data.Channels, rows)))
        {
            AnyChannels = true, Fit = Build, Recipe = name == "qkformer" ? "qkformer-cifar" : "spikformer-cifar",
        };

        nn.Module<Tensor, Tensor> Build(NetworkFit fit) => Transformers.TryGetValue(name, out var kind)
            ? new Spikformer(new SpikformerOptions(
                SpikformerVariant.Cifar, features, heads, depth, fit.Classes, fit.TimeSteps, kind.Residual, kind.Downsampling,
                fit.Channels))
            : new QKFormer(new QKFormerOptions(
                QKFormerVariant.Cifar, features, heads, depth, fit.Classes, fit.TimeSteps, Channels: fit.Channels));
    }
}
