using System.Globalization;
using System.Net;
using System.Text;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Host.Exporting;

/// <summary>Writes a run as one HTML page that opens without a network, on paper, on a phone, in the light and in the dark.</summary>
public static class HtmlExporter
{
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

        var scripts = OutputHtml.Scripts(report.Cells.SelectMany(cell => cell.Outputs), UsesMermaid(report));
        return HtmlPage.Write(title, scripts, head.Append(body).ToString());
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
                OutputHtml.Append(body, output, folder);
            }

            body.Append("</div>\n");
        }

        body.Append("</section>\n");
    }

    private static bool UsesMermaid(RunReport report) =>
        report.Cells.Any(cell => cell.Cell.Kernel == KernelNames.Mermaid && cell.Status != CellStatus.NotRun);

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
