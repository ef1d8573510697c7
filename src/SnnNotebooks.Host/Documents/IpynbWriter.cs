using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SnnNotebooks.Host.Documents;

/// <summary>Writes Jupyter notebooks, nbformat 4.5, each code cell's language in <c>metadata.polyglot_notebook.kernelName</c>.</summary>
public static class IpynbWriter
{
    /// <summary>The JSON of a notebook that has not run.</summary>
    /// <param name="notebook">Any notebook.</param>
    public static string Write(Notebook notebook)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        return Write(notebook, new IReadOnlyList<CellOutput>?[notebook.Cells.Count]);
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
            throw new ArgumentException($"{outputs.Count} lists of outputs for {notebook.Cells.Count} cells; expected one for each.", nameof(outputs));
        }

        var cells = new JsonArray();
        var executed = 0;
        for (var i = 0; i < notebook.Cells.Count; i++)
        {
            var cell = notebook.Cells[i];
            var json = new JsonObject
            {
                ["cell_type"] = cell.Kernel is KernelNames.Markdown or "raw" ? cell.Kernel : "code",
                ["id"] = string.Create(CultureInfo.InvariantCulture, $"cell-{i + 1}"),
                ["metadata"] = new JsonObject(),
                ["source"] = Lines(cell.Source),
            };
            if (json["cell_type"]!.GetValue<string>() == "code")
            {
                var count = outputs[i] is null ? (int?)null : ++executed;
                json["metadata"] = new JsonObject
                {
                    ["dotnet_interactive"] = new JsonObject { ["language"] = cell.Kernel },
                    ["polyglot_notebook"] = new JsonObject { ["kernelName"] = cell.Kernel },
                };
                json["execution_count"] = count;
                json["outputs"] = new JsonArray([.. (outputs[i] ?? []).Select(output => Output(output, count))]);
            }

            if (cell.Tags.Count > 0)
            {
                json["metadata"]!["tags"] = new JsonArray([.. cell.Tags.Select(tag => JsonValue.Create(tag))]);
            }

            cells.Add(json);
        }

        var root = new JsonObject
        {
            ["cells"] = cells,
            ["metadata"] = Metadata(notebook),
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        return root.ToJsonString(Relaxed(indented: true)) + "\n";
    }

    /// <summary>JSON options that leave readable text readable.</summary>
    internal static JsonSerializerOptions Relaxed(bool indented) => new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = indented,
        IndentSize = 1,
        NewLine = "\n",
    };

    private static JsonObject Metadata(Notebook notebook)
    {
        var metadata = new JsonObject
        {
            ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
            ["language_info"] = new JsonObject { ["file_extension"] = ".cs", ["mimetype"] = "text/x-csharp", ["name"] = "C#", ["pygments_lexer"] = "csharp" },
        };
        if (notebook.Meta is { } meta)
        {
            metadata["polyglot_notebook"] = JsonNode.Parse(meta);
        }

        return metadata;
    }

    private static JsonObject Output(CellOutput output, int? count)
    {
        switch (output)
        {
            case StreamOutput stream:
                return new JsonObject { ["name"] = stream.Name, ["output_type"] = "stream", ["text"] = Lines(stream.Text) };
            case DisplayOutput display:
                var data = new JsonObject();
                foreach (var (mime, value) in display.Data)
                {
                    data[mime] = Representation(mime, value);
                }

                var json = new JsonObject { ["data"] = data, ["metadata"] = new JsonObject(), ["output_type"] = display.IsResult ? "execute_result" : "display_data" };
                if (display.IsResult)
                {
                    json["execution_count"] = count;
                }

                return json;
            case ErrorOutput { Failure: var failure }:
                var trace = new JsonArray();
                foreach (var line in failure.ToString().Split('\n').Concat(failure.Trace ?? []))
                {
                    trace.Add(line);
                }

                return new JsonObject { ["ename"] = failure.ErrorName, ["evalue"] = failure.Message, ["output_type"] = "error", ["traceback"] = trace };
            default:
                throw new ArgumentException($"Outputs of type {output.GetType()} cannot be written.", nameof(output));
        }
    }

    private static JsonNode? Representation(string mime, string value)
    {
        if (mime == "application/json" || mime.EndsWith("+json", StringComparison.Ordinal))
        {
            try
            {
                return JsonNode.Parse(value);
            }
            catch (JsonException)
            {
                return value;
            }
        }

        return mime.StartsWith("image/", StringComparison.Ordinal) && mime != "image/svg+xml" ? value : Lines(value);
    }

    private static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start) is var newline && newline < 0 ? text.Length : newline + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }
}
