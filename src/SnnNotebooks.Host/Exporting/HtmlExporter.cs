using System.Globalization;
using System.Net;
using System.Text;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Exporting.Terminal;
using SnnNotebooks.Host.Running;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Host.Exporting;

/// <summary>Writes a run as one HTML page that opens without a network, on paper, on a phone, in the light and in the dark.</summary>
public static class HtmlExporter
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, string>> NoAttachments = [];

    /// <summary>The page.</summary>
    /// <param name="report">A run, whole or cut short.</param>
    public static string Write(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var folder = Path.GetDirectoryName(Path.GetFullPath(report.NotebookPath))!;
        var body = new StringBuilder();
        var contents = new TableOfContents();
        foreach (var cell in report.Cells)
        {
            AppendCell(body, cell, folder, contents);
        }

        var title = report.Notebook.Title ?? Path.GetFileNameWithoutExtension(report.NotebookPath);
        var head = new StringBuilder(About(report)).Append(contents.ToHtml());
        if (report.Failure is { } failure)
        {
            head.Append("<div class=\"error\" role=\"alert\"><strong>This run did not succeed</strong><pre>")
                .Append(Encode(Printable.Lines(failure))).Append("</pre></div>\n");
        }

        string?[] scripts =
            [UsesPlotly(report) ? PlotlyScript.Read() : null, UsesMermaid(report) ? MermaidScript.Read() : null];
        return HtmlPage.Write(title, [.. scripts.OfType<string>()], head.Append(body).ToString());
    }

    private static string About(RunReport report)
    {
        var ran = report.Cells.Count(cell => cell.Status != CellStatus.NotRun);
        return string.Create(CultureInfo.InvariantCulture,
            $"<div class=\"about\">{Encode(Printable.Name(Path.GetFileName(report.NotebookPath)))} &middot; {ran} of "
            + $"{report.Cells.Count} cells run in {report.Elapsed.TotalSeconds:0.0} s<label class=\"switch\"><input type=\"checkbox\" "
            + $"id=\"hide-code\"> hide code</label></div>\n");
    }

    private static void AppendCell(StringBuilder body, CellReport report, string folder, TableOfContents contents)
    {
        var cell = report.Cell;
        if (cell.Kernel == KernelNames.Markdown)
        {
            body.Append("<section class=\"cell markdown\">\n")
                .Append(contents.Add(MarkdownHtml.Render(cell.Source, folder, JupyterCell.Attachments(cell)))).Append("</section>\n");
            return;
        }

        // what an html cell shows is the point of it; its source is folded away
        var open = cell.Kernel is KernelNames.Html or KernelNames.JavaScript && report.Status == CellStatus.Succeeded ? "" : " open";
        var time = report.Status == CellStatus.NotRun
            ? "not run"
            : report.Elapsed.TotalSeconds.ToString("0.00 s", CultureInfo.InvariantCulture);
        var source = cell.Kernel == KernelNames.CSharp ? CSharpHighlighter.Highlight(cell.Source) : Encode(cell.Source);
        body.Append(CultureInfo.InvariantCulture,
            $"<section class=\"cell{(report.Status == CellStatus.NotRun ? " notrun" : "")}\" id=\"cell-{report.Number}\">\n")
            .Append(CultureInfo.InvariantCulture,
                $"<details class=\"code\"{open}><summary>[{report.Number}] {Encode(cell.Kernel)}<span "
                + $"class=\"time\">{time}</span></summary><pre><code>")
            .Append(source).Append("</code></pre></details>\n");
        if (report.Outputs.Count > 0)
        {
            body.Append("<div class=\"outputs\">\n");
            foreach (var output in report.Outputs)
            {
                AppendOutput(body, output, folder);
            }

            body.Append("</div>\n");
        }

        body.Append("</section>\n");
    }

    private static void AppendOutput(StringBuilder body, CellOutput output, string folder)
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

    private static bool UsesPlotly(RunReport report) => report.Cells.SelectMany(cell => cell.Outputs).OfType<DisplayOutput>()
        .Any(display => display.Data.TryGetValue("text/html", out var html) && html.Contains("Plotly.", StringComparison.Ordinal));

    private static bool UsesMermaid(RunReport report) =>
        report.Cells.Any(cell => cell.Cell.Kernel == KernelNames.Mermaid && cell.Status != CellStatus.NotRun);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
