using System.Text.Json;
using System.Text.Json.Nodes;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>Values of parameters that are given beside a sweep's file: the same sweep on another device, or smaller.</summary>
internal static class SweepSettings
{
    /// <summary>The file with the values in <c>set</c> of all its runs; what is no list of objects its reader refuses.</summary>
    public static JsonElement Replaced(JsonElement file, IReadOnlyDictionary<string, string> settings)
    {
        if (settings.Count == 0 || file.ValueKind != JsonValueKind.Object)
        {
            return file;
        }

        var whole = JsonObject.Create(file)!;
        foreach (var run in (whole["runs"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if ((run["set"] ??= new JsonObject()) is JsonObject set)
            {
                foreach (var (name, text) in settings)
                {
                    set[name] = Value(text);
                }
            }
        }

        return JsonSerializer.SerializeToElement(whole);
    }

    /// <summary>A number, true or false where the text is one, as it would stand in the file; else the text.</summary>
    private static JsonValue Value(string text)
    {
        try
        {
            if (JsonNode.Parse(text) is JsonValue value && value.GetValueKind() is JsonValueKind.Number or JsonValueKind.True
                or JsonValueKind.False)
            {
                return value;
            }
        }
        catch (JsonException)
        {
            // a text
        }

        return JsonValue.Create(text);
    }
}
