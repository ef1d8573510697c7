using System.Text.Json;
using System.Text.Json.Nodes;

namespace SnnNotebooks.Host.Jupyter;

/// <summary>Representations as the protocol carries them: JSON types as JSON, all others as text.</summary>
internal static class MimeBundle
{
    /// <summary>The bundle of a display.</summary>
    public static JsonObject Of(IReadOnlyDictionary<string, string> data)
    {
        var bundle = new JsonObject();
        foreach (var (mime, value) in data)
        {
            bundle[mime] = mime == "application/json" || mime.EndsWith("+json", StringComparison.Ordinal) ? Json(value) : value;
        }

        return bundle;
    }

    private static JsonNode? Json(string value)
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
}
