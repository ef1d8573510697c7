using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Memristive.Experiments;

namespace SnnNotebooks.Interactive.Views;

/// <summary>Accuracies over two properties of a device, for several systems side by side, with one scale of colours.</summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class RobustnessMapView : View
{
    private readonly IReadOnlyList<(string Name, RobustnessMap Map)> maps;
    private readonly string columnLabel;
    private readonly string rowLabel;
    private readonly string title;

    /// <summary>Takes the maps.</summary>
    /// <param name="maps">At least one; all of one grid.</param>
    /// <param name="rowLabel">The property that goes downwards.</param>
    /// <param name="columnLabel">The property that goes to the right.</param>
    /// <param name="title">A line above it.</param>
    /// <exception cref="ArgumentException">There is no map, or two are of different grids.</exception>
    public RobustnessMapView(IReadOnlyList<(string Name, RobustnessMap Map)> maps, string rowLabel, string columnLabel, string title)
    {
        ArgumentNullException.ThrowIfNull(maps);
        if (maps.Count == 0
            || maps.Any(map => !map.Map.Rows.SequenceEqual(maps[0].Map.Rows) || !map.Map.Columns.SequenceEqual(maps[0].Map.Columns)))
        {
            throw new ArgumentException($"{maps.Count} maps were given; expected at least one, all of the same grid.", nameof(maps));
        }

        (this.maps, this.rowLabel, this.columnLabel, this.title) = (maps, rowLabel, columnLabel, title);
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var (rows, columns) = (maps[0].Map.Rows, maps[0].Map.Columns);
        var all = maps.SelectMany(map => map.Map.Accuracies.Cast<double>()).Select(share => 100 * share).ToArray();
        var figure = new PlotlyFigure(title, $"{title}. {ToString()}", Math.Clamp(190 + (36 * rows.Count), 300, 620));
        var (gap, width) = (0.08, (1 - (0.08 * (maps.Count - 1))) / maps.Count);
        for (var m = 0; m < maps.Count; m++)
        {
            var (axis, accuracies) = (m == 0 ? string.Empty : (m + 1).ToString(CultureInfo.InvariantCulture), maps[m].Map.Accuracies);
            var values = rows.Select((_, row) => columns.Select((_, column) => 100 * accuracies[row, column]).ToArray()).ToArray();
            figure.Add(
                "heatmap", ("z", values), ("x", Names(columns)), ("y", Names(rows)), ("xaxis", "x" + axis), ("yaxis", "y" + axis), ("text",
                    values.Select(row => row.Select(value => value.ToString("0.0", CultureInfo.InvariantCulture)).ToArray()).ToArray()),
                ("texttemplate", "%{text}"), ("textfont.size", 11), ("colorscale", "Viridis"), ("zmin", all.Min()), ("zmax", all.Max()),
                ("showscale", m == maps.Count - 1), ("colorbar.title.text", "%"), ("colorbar.thickness", 14),
                ("hovertemplate",
                    $"{Markup.ChartText(rowLabel)} %{{y}}<br>{Markup.ChartText(columnLabel)} "
                    + $"%{{x}}<br>{Markup.ChartText(maps[m].Name)} %{{z:.2f}} %<extra></extra>"));
            var start = m * (width + gap);
            figure.Layout(
                ($"xaxis{axis}.domain", new[] { start, start + width }), ($"xaxis{axis}.anchor", "y" + axis),
                ($"xaxis{axis}.type", "category"), ($"xaxis{axis}.title.text",
                    $"{Markup.ChartText(columnLabel)}<br><b>{Markup.ChartText(maps[m].Name)}</b>"), ($"xaxis{axis}.showgrid", false),
                ($"yaxis{axis}.anchor", "x" + axis), ($"yaxis{axis}.type", "category"), ($"yaxis{axis}.autorange", "reversed"),
                ($"yaxis{axis}.showgrid", false));
            if (m == 0)
            {
                figure.Layout(("yaxis.title.text", Markup.ChartText(rowLabel)));
            }
        }

        return figure.Layout(("margin.t", 36), ("margin.r", 8), ("margin.l", 64), ("margin.b", 72)).ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder(title);
        foreach (var (name, map) in maps)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture,
                $"{name}: accuracy (%), {rowLabel} downwards, {columnLabel} to the right: ").AppendJoin("; ", map.Rows.Select((row, i) =>
                $"{Markup.Number(row)}: "
                + $"{string.Join(", ", map.Columns.Select((column, j) => $"{Markup.Number(column)} -> "
                + $"{(100 * map.Accuracies[i, j]).ToString("0.0", CultureInfo.InvariantCulture)}"))}"));
        }

        return text.ToString();
    }

    private static string[] Names(IReadOnlyList<double> values) => [.. values.Select(Markup.Number)];
}
