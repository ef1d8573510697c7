using System.Text.Json;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>One process of a sweep: a notebook or a training, with all its parameters.</summary>
/// <param name="Id">Names its files: from its name, its seed and a hash of what it does, so that a plan may grow and keep its
/// rows.</param>
/// <param name="Name">What the file calls it.</param>
/// <param name="Notebook">The notebook's full path; null for a training.</param>
/// <param name="Network">The network <c>snn train</c> trains; null for a notebook.</param>
/// <param name="Variant">The variant's name, or null.</param>
/// <param name="Parameters">Name and value: a number, a text, a truth value or, for a training, a list of them.</param>
/// <param name="Varied">Names of the parameters that the grid varies.</param>
/// <param name="Seed">Its seed; null where the file gives none.</param>
internal sealed record SweepTask(
    string Id,
    string Name,
    string? Notebook,
    string? Network,
    string? Variant,
    IReadOnlyDictionary<string, JsonElement> Parameters,
    IReadOnlyList<string> Varied,
    int? Seed)
{
    /// <summary>The training's files in the task's folder.</summary>
    private const string Weights = "weights.safetensors";
    private const string State = "state.safetensors";
    private const string Page = "report.html";

    /// <summary>What it has in common with those that differ from it by their seed alone.</summary>
    public string Group => string.Join(' ',
        [Name, .. Variant is null ? Array.Empty<string>() : [Variant], .. Varied.Select(name => $"{name}={Text(Parameters[name])}")]);

    /// <summary>The group with its seed.</summary>
    public string Title => Seed is { } seed ? $"{Group} seed {seed}" : Group;

    /// <summary>The arguments that make <c>snn</c> do it.</summary>
    /// <param name="folder">Receives its report.</param>
    public string[] Arguments(string folder) => Notebook is not null
        ? ["run", Notebook, "--out", folder, .. Settings().SelectMany(pair => new[] { "--set", $"{pair.Name}={Text(pair.Value)}" }),
            .. Seed is { } seed ? ["--set", $"Seed={seed}"] : Array.Empty<string>()]
        : ["train", Network!, .. Settings().SelectMany(pair => Option(pair.Name, pair.Value)),
            .. Seed is { } own ? ["--seed", $"{own}"] : Array.Empty<string>(),
            "--out", Path.Combine(folder, Weights), "--state", StatePath(folder), "--report", Path.Combine(folder, Page)];

    /// <summary>Where a training keeps its state until it has ended.</summary>
    public static string StatePath(string folder) => Path.Combine(folder, State);

    /// <summary>Where its report is, within its folder.</summary>
    public string Report => Notebook is null ? Page : Path.GetFileNameWithoutExtension(Notebook) + ".html";

    /// <summary>A value as the command line takes it.</summary>
    public static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(' ', value.EnumerateArray().Select(Text)),
        _ => value.GetRawText(),
    };

    private IEnumerable<(string Name, JsonElement Value)> Settings() =>
        Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value));

    private static string[] Option(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => [$"--{name}"],
        JsonValueKind.False => [],
        JsonValueKind.Array => [$"--{name}", .. value.EnumerateArray().Select(Text)],
        _ => [$"--{name}", Text(value)],
    };
}
