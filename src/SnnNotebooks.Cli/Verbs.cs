using System.CommandLine;
using System.CommandLine.Parsing;
using SnnNotebooks.Cli.Commands;

namespace SnnNotebooks.Cli;

/// <summary>The tool's verbs. One that a command line begins with is made alone: making all takes longer than the work of some.</summary>
internal static class Verbs
{
    private const string About = "SnnNotebooks: spiking neural networks and models of the visual cortex, in notebooks that run anywhere.";

    private static readonly Verb[] All =
    [
        new("run", RunCommand.Create) { ComputesHere = false },
        new("bench", BenchCommand.Create),
        new("data", DataCommand.Create) { NeedsLibTorch = false },
        new("conform", ConformCommand.Create),
        new("convert", ConvertCommand.Create) { ComputesHere = false },
        new("course", CourseCommand.Create) { ComputesHere = false },
        new("jupyter", JupyterCommand.Create) { ComputesHere = false },
        new("mermaid", MermaidCommand.Create) { ComputesHere = false },
        new("nir", NirCommand.Create),
        new("doctor", DoctorCommand.Create) { NeedsLibTorch = false },
        new("index", IndexCommand.Create) { ComputesHere = false },
        new("latents", LatentsCommand.Create),
        new("launch", LaunchCommand.Create) { ComputesHere = false },
        new("memristor", MemristorCommand.Create),
        new("neural", NeuralCommand.Create),
        new("eval", EvalCommand.Create),
        new("events", EventsCommand.Create),
        new("models", ModelsCommand.Create),
        new("recipes", RecipesCommand.Create),
        new("scaling", ScalingCommand.Create),
        new("serve", ServeCommand.Create) { ComputesHere = false },
        new("similarity", SimilarityCommand.Create),
        new("sweep", SweepCommand.Create) { ComputesHere = false },
        new("train", TrainCommand.Create),
        new("weights", WeightsCommand.Create),
    ];

    /// <summary>The names of all verbs.</summary>
    public static IReadOnlyList<string> Names => [.. All.Select(verb => verb.Name)];

    /// <summary>The tool with the verbs that a command line may need.</summary>
    /// <param name="args">The command line.</param>
    public static RootCommand Root(string[] args)
    {
        var root = new RootCommand(About);
        foreach (var verb in args.Length > 0 && Array.Find(All, verb => verb.Name == args[0]) is { } named ? [named] : All)
        {
            root.Subcommands.Add(verb.Create());
        }

        TypedOptions.Guard(root);
        return root;
    }

    /// <summary>
    /// Whether a command line asks for work in this process, which takes libtorch: not for help, the version or completions, and not by
    /// a verb that leaves computing to processes or to the cells it runs.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    public static bool Computes(ParseResult parsed) =>
        parsed.Errors.Count == 0 && parsed.Action is { } action && action == parsed.CommandResult.Command.Action
        && Chosen(parsed) is { ComputesHere: true };

    /// <summary>Whether a command line can do nothing without libtorch.</summary>
    /// <param name="parsed">The command line.</param>
    public static bool NeedsLibTorch(ParseResult parsed) => Chosen(parsed) is { NeedsLibTorch: true };

    private static Verb? Chosen(ParseResult parsed)
    {
        var chosen = parsed.CommandResult;
        while (chosen.Parent is CommandResult { Command: not RootCommand } above)
        {
            chosen = above;
        }

        return Array.Find(All, verb => verb.Name == chosen.Command.Name);
    }

    private sealed record Verb(string Name, Func<Command> Create)
    {
        public bool ComputesHere { get; init; } = true;

        public bool NeedsLibTorch { get; init; } = true; // where it computes here
    }
}
