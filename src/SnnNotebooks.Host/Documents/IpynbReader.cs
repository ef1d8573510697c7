using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SnnNotebooks.Host.Documents;

/// <summary>
/// Reads Jupyter notebooks (nbformat 4). What cells do not need to run, such as metadata and attachments, is kept as
/// <see cref="Cell.Origin"/>.
/// </summary>
public static class IpynbReader
{
    /// <summary>Reads a notebook from a file.</summary>
    /// <param name="path">An <c>.ipynb</c> file, UTF-8.</param>
    /// <exception cref="NotebookException">The file is missing, a folder, unreadable, or not an nbformat 4 document.</exception>
    public static Notebook Read(string path) => Parse(DocumentText.Read(path), path);

    /// <summary>Reads a notebook from its JSON.</summary>
    /// <param name="text">The whole text; an empty one is a notebook without cells.</param>
    /// <param name="file">Name for messages.</param>
    /// <exception cref="NotebookException">Not an nbformat 4 document.</exception>
    public static Notebook Parse(string text, string file)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (string.IsNullOrWhiteSpace(text))
        {
            return new Notebook([]);
        }

        try
        {
            using var document = JsonDocument.Parse(text.TrimStart('\uFEFF'), new JsonDocumentOptions { AllowDuplicateProperties = false });
            return ReadRoot(document.RootElement, file);
        }
        catch (JsonException e)
        {
            throw new NotebookException(
                $"{Printable.Name(file)}, line {(e.LineNumber ?? 0) + 1}: not valid JSON: {e.Message.Split(" LineNumber:")[0]} Expected "
                + "a Jupyter notebook (nbformat 4).", e);
        }
        catch (InvalidOperationException e)
        {
            // text with a lone surrogate escape has no string form
            throw new NotebookException($"{Printable.Name(file)}: a string of the notebook is not valid Unicode: {e.Message}", e);
        }
    }

    private static Notebook ReadRoot(JsonElement root, string file)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("cells", out var cells)
            || cells.ValueKind != JsonValueKind.Array)
        {
            throw new NotebookException(
                $"{Printable.Name(file)} is not a Jupyter notebook of nbformat 4: expected a JSON object with an array \"cells\". Open "
                + "and save it in a current Jupyter to upgrade it.");
        }

        var markers = KernelNames.Markers();
        var metadata = Property(root, "metadata");
        var meta = Meta(metadata, file, markers, out var defaultKernel);
        var language = Language(Text(Property(Property(metadata, "language_info"), "name")))
            ?? Language(Text(Property(Property(metadata, "kernelspec"), "language")))
            ?? defaultKernel
            ?? KernelNames.CSharp;
        var list = new List<Cell>();
        var number = 0;
        foreach (var cell in cells.EnumerateArray())
        {
            var kernel = Kernel(cell, language, file, ++number);
            kernel = markers.GetValueOrDefault(kernel, kernel);
            var source = Source(cell, file, number);
            if (kernel is not (KernelNames.Markdown or "raw") && DibReader.HasMarker(source, kernel, markers))
            {
                // the old host's way to change the language inside a cell
                list.AddRange(DibReader.Split(source, kernel, markers)
                    .Select((part, i) => part with { FirstLine = 1, Tags = Tags(cell), Origin = i == 0 ? Origin(cell) : null }));
            }
            else
            {
                list.Add(new Cell(kernel, source) { Tags = Tags(cell), Origin = Origin(cell) });
            }
        }

        var rest = JsonObject.Create(root)!;
        rest.Remove("cells");
        return new Notebook(list) { Meta = meta, Origin = rest.ToJsonString(IpynbWriter.Relaxed(indented: false)) };
    }

    // written anew rather than copied: what cannot be written is found here, not after the run
    private static string Origin(JsonElement cell) => JsonObject.Create(cell)!.ToJsonString(IpynbWriter.Relaxed(indented: false));

    // the extension of the old host keeps the block under "polyglot_notebook", its library beside it
    private static string? Meta(JsonElement? metadata, string file, Dictionary<string, string> markers, out string? defaultKernel)
    {
        defaultKernel = null;
        JsonNode? block = Property(metadata, "polyglot_notebook") is { ValueKind: JsonValueKind.Object } polyglot
            ? JsonNode.Parse(polyglot.GetRawText())
            : Property(metadata, "kernelInfo") is { ValueKind: JsonValueKind.Object } info
                ? new JsonObject { ["kernelInfo"] = JsonNode.Parse(info.GetRawText()) }
            : null;
        if (block is null)
        {
            return null;
        }

        var json = block.ToJsonString(IpynbWriter.Relaxed(indented: false));
        var meta = MetaBlock.Parse(json, file, 1);
        DibReader.Declare(meta, markers);
        defaultKernel = meta.DefaultKernel;
        return json;
    }

    // names by which Jupyter's metadata call our languages; "polyglot-notebook" leaves it to the cells
    private static string? Language(string? name) => name switch
    {
        null or "" or "polyglot-notebook" => null,
        "C#" => KernelNames.CSharp,
        "F#" => "fsharp",
        "PowerShell" => "pwsh",
        _ => name,
    };

    private static string Kernel(JsonElement cell, string language, string file, int number)
    {
        switch (Text(Property(cell, "cell_type")))
        {
            case "markdown":
                return KernelNames.Markdown;
            case "raw":
                return "raw";
            case "code":
                var metadata = Property(cell, "metadata");
                var name = Text(Property(Property(metadata, "polyglot_notebook"), "kernelName"))
                    ?? Text(Property(Property(metadata, "dotnet_interactive"), "language"));
                return Language(name) ?? language;
            default:
                throw new NotebookException(
                    $"{Printable.Name(file)}, cell {number}: \"cell_type\" is none of code, markdown, raw. "
                    + "Expected an nbformat 4 notebook.");
        }
    }

    private static string[] Tags(JsonElement cell) =>
        Property(Property(cell, "metadata"), "tags") is { ValueKind: JsonValueKind.Array } tags
            ? [.. tags.EnumerateArray().Select(tag => Text(tag)).OfType<string>()]
            : [];

    private static string Source(JsonElement cell, string file, int number)
    {
        var source = Property(cell, "source");
        switch (source?.ValueKind)
        {
            case JsonValueKind.String:
                return DocumentText.WithUnixLines(source.Value.GetString()!);
            case JsonValueKind.Array when source.Value.EnumerateArray().All(line => line.ValueKind == JsonValueKind.String):
                var text = new StringBuilder();
                foreach (var line in source.Value.EnumerateArray())
                {
                    text.Append(line.GetString());
                }

                return DocumentText.WithUnixLines(text.ToString());
            default:
                throw new NotebookException(
                    $"{Printable.Name(file)}, cell {number}: \"source\" is neither a string nor a list of strings. Expected an nbformat "
                    + "4 notebook.");
        }
    }

    private static JsonElement? Property(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement? value) => value is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
