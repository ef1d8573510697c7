using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Interactive.Views;

/// <summary>A table of texts; columns whose cells all begin like numbers are set to the right.</summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class TableView : View
{
    private readonly string title;
    private readonly IReadOnlyList<string> columns;
    private readonly IReadOnlyList<IReadOnlyList<string>> rows;

    /// <summary>Takes the texts.</summary>
    /// <param name="title">A line above the table.</param>
    /// <param name="columns">Column heads.</param>
    /// <param name="rows">Rows, one text for each column.</param>
    /// <exception cref="ArgumentException">A row has another number of texts than there are columns.</exception>
    public TableView(string title, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        if (rows.FirstOrDefault(row => row.Count != columns.Count) is { } odd)
        {
            throw new ArgumentException(
                $"A row of the table has {odd.Count} cells ({string.Join(", ", odd)}); expected {columns.Count} "
                + $"({string.Join(", ", columns)}).", nameof(rows));
        }

        (this.title, this.columns, this.rows) = (title, columns, rows);
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var right = columns.Select((_, i) => rows.Count > 0 && rows.All(row => IsNumber(row[i]))).ToArray();
        var html = new StringBuilder(
            "<div style=\"overflow-x:auto\"><table style=\"border-collapse:collapse;font-size:13px\"><caption "
            + "style=\"text-align:left;font-weight:600;padding:2px 0\">")
            .Append(Markup.Escape(title)).Append("</caption><thead><tr>");
        for (var i = 0; i < columns.Count; i++)
        {
            html.Append($"<th scope=\"col\" style=\"{Style(i)};border-bottom:2px solid {Palette.Grey}\">{Markup.Escape(columns[i])}</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            html.Append("<tr>");
            for (var i = 0; i < row.Count; i++)
            {
                html.Append($"<td style=\"{Style(i)};border-bottom:1px solid rgba(128,128,128,0.3)\">{Markup.Escape(row[i])}</td>");
            }

            html.Append("</tr>");
        }

        return html.Append("</tbody></table></div>").ToString();

        string Style(int column) => $"padding:4px 10px;vertical-align:top;text-align:{(right[column] ? "right" : "left")}";
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var widths = columns.Select((column, i) => rows.Select(row => row[i].Length).Append(column.Length).Max()).ToArray();
        string Line(IReadOnlyList<string> cells) => string.Join("  ", cells.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd();
        return string.Join(Environment.NewLine, rows.Select(Line).Prepend(Line(columns)).Prepend(title));
    }

    private static bool IsNumber(string text) =>
        text.Length > 0 && (char.IsAsciiDigit(text[0]) || (text.Length > 1 && text[0] is '-' or '+' && char.IsAsciiDigit(text[1])));
}
