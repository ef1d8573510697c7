using System.Net;
using System.Text;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Exporting.Terminal;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Host.Exporting;

/// <summary>What cells showed, as HTML that needs no network.</summary>
internal static class OutputHtml
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, string>> NoAttachments = [];

    /// <summary>Adds one output.</summary>
    /// <param name="body">Receives the HTML.</param>
    /// <param name="output">The output.</param>
    /// <param name="folder">Folder of the notebook; images below it are embedded.</param>
    public static void Append(StringBuilder body, CellOutput output, string folder)
    {
        switch (output)
        {
            case StreamOutput stream:
                body.Append("<pre class=\"").Append(stream.Name == "stderr" ? "stderr" : "stdout").Append("\">")
                    .Append(TerminalText.ToHtml(stream.Text)).Append("</pre>\n");
                break;
            case ErrorOutput { Failure: var failure }:
                body.Append("<div class=\"error\"><strong>").Append(Encode(failure.Location)).Append("</strong><pre>")
                    .Append(Encode(Printable.Lines(failure.ToString()))).Append("</pre>");
                if (failure.Trace is { Count: > 0 } trace)
                {
                    body.Append("<details><summary>details</summary><pre>").Append(Encode(Printable.Lines(string.Join('\n', trace))))
                        .Append("</pre></details>");
                }

                body.Append("</div>\n");
                break;
            case DisplayOutput display:
                body.Append("<div class=\"display\">").Append(Representation(display.Data, folder)).Append("</div>\n");
                break;
        }
    }

    /// <summary>The scripts that a page with these outputs needs.</summary>
    /// <param name="outputs">All outputs of the page.</param>
    /// <param name="withMermaid">Whether it shows a mermaid diagram.</param>
    public static IReadOnlyList<string> Scripts(IEnumerable<CellOutput> outputs, bool withMermaid)
    {
        var usesPlotly = outputs.OfType<DisplayOutput>()
            .Any(display => display.Data.TryGetValue("text/html", out var html) && html.Contains("Plotly.", StringComparison.Ordinal));
        string?[] scripts = [usesPlotly ? PlotlyScript.Read() : null, withMermaid ? MermaidScript.Read() : null];
        return [.. scripts.OfType<string>()];
    }

    private static string Representation(IReadOnlyDictionary<string, string> data, string folder)
    {
        if (data.TryGetValue("text/html", out var html))
        {
            return html;
        }

        if (data.TryGetValue("text/markdown", out var markdown))
        {
            return MarkdownHtml.Render(markdown, folder, NoAttachments);
        }

        foreach (var (mime, value) in data)
        {
            if (mime == "image/svg+xml")
            {
                // as an image: a script inside stays asleep
                return $"<img alt=\"\" src=\"data:image/svg+xml;base64,{Convert.ToBase64String(Encoding.UTF8.GetBytes(value))}\">";
            }

            if (mime.StartsWith("image/", StringComparison.Ordinal))
            {
                return $"<img alt=\"\" src=\"data:{Encode(mime)};base64,{Encode(value)}\">";
            }
        }

        var text = data.TryGetValue("text/plain", out var plain) ? plain
            : data.TryGetValue("application/json", out var json) ? json
            : $"[no representation this page can show: {string.Join(", ", data.Keys)}]";
        return $"<pre>{TerminalText.ToHtml(text)}</pre>";
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
