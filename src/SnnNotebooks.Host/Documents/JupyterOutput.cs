using System.Text.Json;
using System.Text.Json.Nodes;

namespace SnnNotebooks.Host.Documents;

/// <summary>Outputs as Jupyter notebooks hold them.</summary>
internal static class JupyterOutput
{
    /// <summary>One output of a cell.</summary>
    /// <param name="output">What was shown.</param>
    /// <param name="count">The number of the execution.</param>
    public static JsonObject Write(CellOutput output, int? count)
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

                var json = new JsonObject
                {
                    ["data"] = data,
                    ["metadata"] = new JsonObject(),
                    ["output_type"] = display.IsResult ? "execute_result" : "display_data",
                };
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

                return new JsonObject
                {
                    ["ename"] = failure.ErrorName,
                    ["evalue"] = failure.Message,
                    ["output_type"] = "error",
                    ["traceback"] = trace,
                };
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

    /// <summary>A text as a list of lines, as the format prefers it.</summary>
    public static JsonArray Lines(string text)
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
