using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SnnNotebooks.Host.Documents;

/// <summary>
/// Writes Jupyter notebooks, nbformat 4.5. What a notebook brought along from Jupyter, such as metadata and attachments, is written back.
/// </summary>
public static class IpynbWriter
{
    /// <summary>The JSON of a notebook that has not run; outputs that it brought along stay.</summary>
    /// <param name="notebook">Any notebook.</param>
    public static string Write(Notebook notebook)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        return Write(notebook, cell => cell.Write(null, null, keepsOutputs: true));
    }

    /// <summary>The JSON of a notebook with outputs.</summary>
    /// <param name="notebook">Any notebook.</param>
    /// <param name="outputs">For each cell what it showed, or null where it did not run.</param>
    /// <returns>Indented JSON ending in a newline.</returns>
    /// <exception cref="ArgumentException">Not as many outputs as cells.</exception>
    public static string Write(Notebook notebook, IReadOnlyList<IReadOnlyList<CellOutput>?> outputs)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        ArgumentNullException.ThrowIfNull(outputs);
        if (outputs.Count != notebook.Cells.Count)
        {
            throw new ArgumentException(
                $"{outputs.Count} lists of outputs for {notebook.Cells.Count} cells; expected one for each.", nameof(outputs));
        }

        var (next, executed) = (0, 0);
        return Write(notebook, cell =>
        {
            var shown = outputs[next++];
            return cell.Write(shown, shown is null || !cell.IsCode ? null : ++executed, keepsOutputs: false);
        });
    }

    private static string Write(Notebook notebook, Func<JupyterCell, JsonObject> write)
    {
        var origin = notebook.Origin is null ? new JsonObject() : JsonNode.Parse(notebook.Origin)!.AsObject();
        var cells = notebook.Cells.Select(cell => new JupyterCell(cell, namesLanguage: notebook.Origin is null)).ToArray();
        var ids = cells.Select(cell => cell.Id).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var given = new HashSet<string>(StringComparer.Ordinal);
        var list = new JsonArray();
        for (var i = 0; i < cells.Length; i++)
        {
            var json = write(cells[i]);
            json["id"] = cells[i].Id is { } own && given.Add(own) ? own : NewId(i + 1, ids);
            list.Add(json);
        }

        var root = new JsonObject { ["cells"] = list, ["metadata"] = Metadata(notebook, origin["metadata"] as JsonObject) };
        foreach (var (name, value) in origin.Where(item => item.Key is not ("metadata" or "nbformat" or "nbformat_minor")))
        {
            root[name] = value?.DeepClone();
        }

        root["nbformat"] = 4;
        root["nbformat_minor"] = origin["nbformat_minor"] is JsonValue minor && minor.TryGetValue(out int later) && later > 5 ? later : 5;
        return root.ToJsonString(Relaxed(indented: true)) + "\n";
    }

    private static string NewId(int number, HashSet<string> taken)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"cell-{number}");
        while (!taken.Add(id))
        {
            id += "-new";
        }

        return id;
    }

    /// <summary>JSON options that leave readable text readable.</summary>
    internal static JsonSerializerOptions Relaxed(bool indented) => new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = indented,
        IndentSize = 1,
        NewLine = "\n",
    };

    private static JsonObject Metadata(Notebook notebook, JsonObject? origin)
    {
        var metadata = origin?.DeepClone().AsObject() ?? [];
        metadata.TryAdd("kernelspec", new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" });
        metadata.TryAdd("language_info",
            new JsonObject { ["file_extension"] = ".cs", ["mimetype"] = "text/x-csharp", ["name"] = "C#", ["pygments_lexer"] = "csharp" });
        if (notebook.Meta is { } meta && !metadata.ContainsKey("kernelInfo"))
        {
            metadata.TryAdd("polyglot_notebook", JsonNode.Parse(meta));
        }

        return metadata;
    }
}
