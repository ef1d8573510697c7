using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// A data frame as a table: types, missing values, numbers to the right. The first 500 rows and 60 columns are in the page, 20 rows at a
/// time, with buttons to turn over; where scripts are off, the table scrolls.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class DataTableView : View
{
    private const int MostRows = 500;
    private const int MostColumns = 60;
    private const int MostCharacters = 120;
    private const int PageRows = 20;
    private readonly string summary;
    private readonly string[] keys;
    private readonly List<(string Name, string Type, bool IsNumber, string?[] Cells)> columns;

    /// <summary>Takes the first rows and columns of a table.</summary>
    /// <param name="kind">What the table is, for the line above it.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="columnCount">How many columns there are.</param>
    /// <param name="keys">The key of each row; those that are not shown are not asked for.</param>
    /// <param name="columns">The columns; those that are not shown are not asked for, nor are their values.</param>
    public DataTableView(string kind, long rows, long columnCount, IEnumerable<object> keys, IEnumerable<DataColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(columns);
        this.keys = [.. keys.Take(MostRows).Select(key => Text(key) ?? string.Empty)];
        var missing = 0L;
        this.columns = [];
        foreach (var (name, type, gaps, cells) in columns.Take(MostColumns))
        {
            missing += gaps;
            var note = gaps > 0 ? string.Create(CultureInfo.InvariantCulture, $", {gaps} missing") : string.Empty;
            this.columns.Add(
                (Text(name)!, TypeName(type) + note, DataColumn.IsNumber(type), [.. cells.Take(this.keys.Length).Select(Text)]));
        }

        summary =
            string.Create(CultureInfo.InvariantCulture, $"{kind}, {rows:N0} rows, {columnCount:N0} columns, {missing:N0} missing values")
            + (this.columns.Count < columnCount
                ? string.Create(CultureInfo.InvariantCulture, $" in the first {this.columns.Count} columns, which are shown")
                : string.Empty)
            + (this.keys.Length < rows
                ? string.Create(CultureInfo.InvariantCulture, $"; the first {this.keys.Length} rows are here")
                : string.Empty);
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var id = "snn" + Guid.NewGuid().ToString("N");
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture,
            $"<div class=\"snn-table\" id=\"{id}\" style=\"font-size:13px\"><div class=\"snn-rows\" tabindex=\"0\" role=\"region\" "
            + $"aria-label=\"table\" style=\"overflow:auto;max-height:640px\"><table style=\"border-collapse:collapse\"><caption "
            + $"style=\"text-align:left;opacity:.75;padding:2px 0\">{summary}</caption><thead><tr><th style=\"{Style(true)}\"></th>");
        foreach (var (name, type, isNumber, _) in columns)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<th scope=\"col\" style=\"{Style(isNumber)};border-bottom:2px solid {Palette.Grey}\">{Markup.Escape(name)}<br/><span "
                + $"style=\"font-weight:400;opacity:.75\">{Markup.Escape(type)}</span></th>");
        }

        html.Append("</tr></thead><tbody>");
        for (var row = 0; row < keys.Length; row++)
        {
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\" style=\"{Style(true)};font-weight:400;opacity:.75\">{Markup.Escape(keys[row])}</th>");
            foreach (var (_, _, isNumber, cells) in columns)
            {
                html.Append(CultureInfo.InvariantCulture,
                    $"<td style=\"{Style(isNumber)}\">"
                    + $"{(cells[row] is { } text ? Markup.Escape(text) : "<i style=\"opacity:.6\">missing</i>")}</td>");
            }

            html.Append("</tr>");
        }

        html.Append("</tbody></table></div>");
        if (keys.Length > PageRows)
        {
            html.Append($$"""
                <div hidden style="display:none;gap:10px;align-items:center;margin-top:6px"><button type="button">previous</button>
                <output aria-live="polite"></output><button type="button">next</button></div>
                <script>(function(){
                function start(box){
                  var last=box.lastElementChild, bar=last.tagName==='SCRIPT'?last.previousElementSibling:last;
                  var rows=box.querySelectorAll('tbody tr'), buttons=bar.querySelectorAll('button');
                  var text=bar.querySelector('output'), first=0;
                  function show(){
                    rows.forEach(function(row,i){ row.style.display=i>=first&&i<first+{{PageRows}}?'':'none' });
                    text.value='rows '+(first+1)+' to '+Math.min(rows.length,first+{{PageRows}})+' of '+rows.length;
                    buttons[0].disabled=first===0; buttons[1].disabled=first+{{PageRows}}>=rows.length;
                  }
                  buttons[0].onclick=function(){ first=Math.max(0,first-{{PageRows}}); show() };
                  buttons[1].onclick=function(){ if(first+{{PageRows}}<rows.length) first+={{PageRows}}; show() };
                  bar.hidden=false; bar.style.display='flex'; show();
                }
                (function wait(left){
                  var box=document.getElementById('{{id}}');
                  if(box) start(box); else if(left>0) setTimeout(function(){ wait(left-1) },50);
                })(100);
                })();</script>
                """);
        }

        return html.Append("</div>").ToString();

        static string Style(bool right) =>
            $"padding:3px 10px;white-space:nowrap;background:none;vertical-align:bottom;border-bottom:1px solid "
            + $"rgba(128,128,128,0.3);text-align:{(right ? "right" : "left")}";
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var shown = Math.Min(keys.Length, PageRows);
        string[][] lines =
        [
            [string.Empty, .. columns.Select(column => column.Name)],
            [string.Empty, .. columns.Select(column => $"({column.Type})")],
            .. Enumerable.Range(0, shown).Select(row => (string[])[keys[row], .. columns.Select(column => column.Cells[row] ?? "missing")]),
        ];
        var widths = Enumerable.Range(0, columns.Count + 1).Select(i => lines.Max(line => line[i].Length)).ToArray();
        var text =
            lines.Select(
                line =>
                    string.Join("  ",
                        line.Select((cell, i) => i == 0 || columns[i - 1].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i])))
                            .TrimEnd()).Prepend(summary);
        return string.Join(Environment.NewLine, shown < keys.Length ? text.Append("...") : text);
    }

    // null is missing
    private static string? Text(object? value)
    {
        var text = value switch
        {
            null => null,
            double number => number.ToString("G7", CultureInfo.InvariantCulture),
            float number => number.ToString("G7", CultureInfo.InvariantCulture),
            DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)
                .Replace(" 00:00:00", string.Empty, StringComparison.Ordinal),
            IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
        return text?.Length > MostCharacters ? text[..MostCharacters] + "…" : text;
    }

    private static string TypeName(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? inner.Name + "?" : type.Name;
}
