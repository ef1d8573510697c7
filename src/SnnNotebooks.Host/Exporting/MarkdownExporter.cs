using System.Text;
using System.Text.RegularExpressions;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Exporting.Terminal;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Host.Exporting;

/// <summary>Writes a run as Markdown: text as it is, code in fences, outputs as text, or as HTML where that is all there is.</summary>
public static partial class MarkdownExporter
{
    /// <summary>The document.</summary>
    /// <param name="report">A run, whole or cut short.</param>
    public static string Write(RunReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        foreach (var cell in report.Cells)
        {
            if (cell.Cell.Kernel == KernelNames.Markdown)
            {
                text.Append(WithAttachments(cell.Cell)).Append("\n\n");
                continue;
            }

            Fence(text, cell.Cell.Source, cell.Cell.Kernel);
            foreach (var output in cell.Outputs)
            {
                Append(text, output);
            }
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void Append(StringBuilder text, CellOutput output)
    {
        switch (output)
        {
            case StreamOutput stream:
                Fence(text, TerminalText.ToPlain(stream.Text).TrimEnd('\n'), stream.Name == "stderr" ? "stderr" : "text");
                break;
            case ErrorOutput error:
                Fence(text, Printable.Lines(error.Failure.ToString()), "error");
                break;
            case DisplayOutput { Data: var data }:
                if (data.TryGetValue("text/markdown", out var markdown))
                {
                    text.Append(markdown).Append("\n\n");
                }
                else if (data.FirstOrDefault(
                    item => item.Key.StartsWith("image/", StringComparison.Ordinal) && item.Key != "image/svg+xml") is { Value: { } image,
                        Key: var mime })
                {
                    text.Append("![](data:").Append(mime).Append(";base64,").Append(image).Append(")\n\n");
                }
                else if (data.TryGetValue("text/html", out var html) && (!data.TryGetValue("text/plain", out var same) || same == html))
                {
                    // a blank line would end the HTML block
                    text.Append(BlankLines().Replace(html, "\n")).Append("\n\n");
                }
                else
                {
                    Fence(text, TerminalText.ToPlain(data.GetValueOrDefault("text/plain") ?? data.Values.FirstOrDefault() ?? ""), "text");
                }

                break;
        }
    }

    // the file stands alone: pictures that a cell brings along are written into its text
    private static string WithAttachments(Cell cell)
    {
        var source = cell.Source;
        foreach (var (name, data) in JupyterCell.Attachments(cell))
        {
            if (data.FirstOrDefault(item => item.Key.StartsWith("image/", StringComparison.Ordinal)) is { Key: { } mime, Value: { } image })
            {
                var address = $"(data:{mime};base64,{image.ReplaceLineEndings("")})";
                source = source.Replace($"(attachment:{name})", address, StringComparison.Ordinal)
                    .Replace($"(attachment:{Uri.EscapeDataString(name)})", address, StringComparison.Ordinal);
            }
        }

        return source;
    }

    // longer than any run of backticks inside
    private static void Fence(StringBuilder text, string content, string language)
    {
        var longest = Backticks().EnumerateMatches(content);
        var length = 3;
        foreach (var run in longest)
        {
            length = Math.Max(length, run.Length + 1);
        }

        var fence = new string('`', length);
        text.Append(fence).Append(language).Append('\n').Append(content).Append('\n').Append(fence).Append("\n\n");
    }

    [GeneratedRegex("`{3,}", RegexOptions.CultureInvariant)]
    private static partial Regex Backticks();

    [GeneratedRegex(@"\n\s*\n", RegexOptions.CultureInvariant)]
    private static partial Regex BlankLines();
}
