using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SnnNotebooks.Host.Documents;

/// <summary>A cell on its way into a Jupyter notebook, on top of the JSON it came from, if it came from one.</summary>
internal sealed partial class JupyterCell
{
    private readonly Cell cell;
    private readonly JsonObject json;
    private readonly bool isChanged;
    private readonly bool namesLanguage;

    /// <summary>A cell.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="namesLanguage">Whether its metadata name its language; where not, what they say already is right.</param>
    public JupyterCell(Cell cell, bool namesLanguage)
    {
        this.cell = cell;
        json = cell.Origin is null ? [] : JsonNode.Parse(cell.Origin)!.AsObject();
        isChanged = cell.Origin is null || Source(json["source"]) != cell.Source;
        this.namesLanguage = namesLanguage || isChanged;
    }

    /// <summary>Whether it is one that runs.</summary>
    public bool IsCode => cell.Kernel is not (KernelNames.Markdown or "raw");

    /// <summary>The id it came with, where that is a valid one.</summary>
    public string? Id => json["id"] is JsonValue value && value.TryGetValue(out string? id) && ValidId().IsMatch(id) ? id : null;

    /// <summary>Pictures and other data that its text refers to by <c>attachment:NAME</c>: by name, then by mime type.</summary>
    /// <param name="cell">Any cell.</param>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Attachments(Cell cell) =>
        cell.Origin is null || JsonNode.Parse(cell.Origin)!["attachments"] is not JsonObject attachments
            ? new Dictionary<string, IReadOnlyDictionary<string, string>>()
        : attachments.Where(item => item.Value is JsonObject).ToDictionary(
            item => item.Key,
            item => (IReadOnlyDictionary<string, string>)item.Value!.AsObject()
                .ToDictionary(data => data.Key, data => Source(data.Value) ?? ""));

    /// <summary>Its JSON; an id is added by the notebook.</summary>
    /// <param name="outputs">What it showed; null for nothing.</param>
    /// <param name="count">The number of its execution, or null.</param>
    /// <param name="keepsOutputs">Whether outputs it brought along stay instead.</param>
    public JsonObject Write(IReadOnlyList<CellOutput>? outputs, int? count, bool keepsOutputs)
    {
        var written = new JsonObject
        {
            ["cell_type"] = IsCode ? "code" : cell.Kernel,
            ["id"] = Id,
            ["metadata"] = Metadata(),
            ["source"] = isChanged ? JupyterOutput.Lines(Marked()) : json["source"]!.DeepClone(),
        };
        foreach (var (name, value) in json.Where(
            item => item.Key is not ("execution_count" or "outputs") && !written.ContainsKey(item.Key)))
        {
            written[name] = value?.DeepClone();
        }

        if (IsCode)
        {
            written["execution_count"] = keepsOutputs ? json["execution_count"]?.DeepClone() : count;
            written["outputs"] = keepsOutputs && json["outputs"] is JsonArray kept
                ? kept.DeepClone()
                : new JsonArray([.. (outputs ?? []).Select(output => JupyterOutput.Write(output, count))]);
        }

        return written;
    }

    // a kernel in Jupyter is told the text alone: a marker there says what the metadata say here
    private string Marked() => cell.Kernel != KernelNames.CSharp && KernelNames.Known.Any(kernel => kernel.Name == cell.Kernel) && IsCode
        ? $"#!{cell.Kernel}\n{cell.Source}"
        : cell.Source;

    private JsonObject Metadata()
    {
        var metadata = json["metadata"]?.DeepClone() as JsonObject ?? [];
        if (IsCode && namesLanguage)
        {
            Child(metadata, "dotnet_interactive")["language"] = cell.Kernel;
            Child(metadata, "polyglot_notebook")["kernelName"] = cell.Kernel;
        }

        if (cell.Tags.Count > 0)
        {
            metadata.TryAdd("tags", new JsonArray([.. cell.Tags.Select(tag => JsonValue.Create(tag))]));
        }

        return metadata;
    }

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
        {
            parent[name] = child = [];
        }

        return child;
    }

    // a string, or a list of its lines
    private static string? Source(JsonNode? source) => source switch
    {
        JsonValue text when text.TryGetValue(out string? whole) => DocumentText.WithUnixLines(whole),
        JsonArray lines => DocumentText.WithUnixLines(
            string.Concat(lines.Select(line => line is JsonValue text && text.TryGetValue(out string? part) ? part : ""))),
        _ => null,
    };

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$", RegexOptions.CultureInvariant)]
    private static partial Regex ValidId();
}
