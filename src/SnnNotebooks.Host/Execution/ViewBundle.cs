using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SnnNotebooks.Host.Execution;

/// <summary>
/// The kit's own MIME type beside HTML that has figures of the kit: the HTML without its scripts, and of each figure data, layout, height
/// and description.
/// A front end with a renderer for it draws the figures with its own plotly.js and runs no script of an output.
/// </summary>
internal static partial class ViewBundle
{
    /// <summary>
    /// <c>{"html": "…", "figures": {"id of its place": {"data": […], "layout": {…}, "height": 300, "description": "…"}}}</c>.
    /// </summary>
    public const string MimeType = "application/vnd.snn.view+json";

    /// <summary>The representations, with this one added where the HTML has figures.</summary>
    public static IReadOnlyDictionary<string, string> With(IReadOnlyDictionary<string, string> data)
    {
        if (!data.TryGetValue("text/html", out var html) || !html.Contains("class=\"snn-figure\"", StringComparison.Ordinal)
            || data.ContainsKey(MimeType))
        {
            return data;
        }

        var json = new StringBuilder();
        foreach (Match figure in Figures().Matches(html))
        {
            json.Append(json.Length == 0 ? "{" : ",").Append('"').Append(figure.Groups["id"].ValueSpan).Append("\":")
                .Append(figure.Groups["json"].ValueSpan);
        }

        if (json.Length == 0)
        {
            return data;
        }

        // "<" stays escaped: an exported page may hold this text, too
        var rest = JsonSerializer.Serialize(Scripts().Replace(html, ""), Options);
        return new Dictionary<string, string>(data) { [MimeType] = $"{{\"html\":{rest},\"figures\":{json}}}}}" };
    }

    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.Default };

    [GeneratedRegex("<script type=\"application/json\" class=\"snn-figure\" data-for=\"(?<id>snn[0-9a-f]+)\">(?<json>.*?)</script>",
        RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Figures();

    [GeneratedRegex("<script\\b.*?</script>", RegexOptions.CultureInvariant | RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Scripts();
}
