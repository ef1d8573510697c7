using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Similarity.Experiments;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// Scores of every layer against every region; a star marks each region's best layer, what is undefined stays blank and a line says why.
/// </summary>
/// <param name="scores">The scores.</param>
/// <param name="title">A line above it.</param>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class ScoreMapView(LayerRegionScores scores, string title) : View
{
    private string? Reason => scores.Scores.SelectMany(row => row).FirstOrDefault(score => score.Value is null)?.Undefined;

    /// <inheritdoc/>
    public override string ToHtml()
    {
        if (scores.Scores.All(row => row.All(score => score.Value is null)))
        {
            return $"<div style=\"font-size:13px\">{Markup.Escape(ToString())}</div>"; // a map of blanks would show nothing
        }

        return Reason is { } reason
            ? $"{Figure()}<div style=\"font-size:12px;opacity:.75\">Blank: undefined, the first because {Markup.Escape(reason)}</div>"
            : Figure();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder().Append(
            CultureInfo.InvariantCulture, $"{title}: {scores.Metric} of {scores.Model}, best layer of each region: ");
        return text.AppendJoin(", ", Enumerable.Range(0, scores.Regions.Count).Select(region => scores.BestLayer(region) is { } layer
            ? string.Create(CultureInfo.InvariantCulture,
                $"{scores.Regions[region]} {scores.Layers[layer].Path} ({scores.RegionScore(region):0.000})")
            : $"{scores.Regions[region]} none"))
                .Append(Reason is { } reason ? $"; undefined scores, the first because {reason}" : string.Empty).ToString();
    }

    private string Figure()
    {
        var values = scores.Scores.Select(row => row.Select(score => score.Value).ToArray()).ToArray();
        var text = scores.Scores.Select(
            (row, layer) => row.Select((score, region) => Cell(score.Value, scores.BestLayer(region) == layer)).ToArray()).ToArray();
        return new PlotlyFigure(title, ToString(), Math.Clamp(150 + (30 * scores.Layers.Count), 280, 760))
            .Add(
                "heatmap", ("z", values), ("x", scores.Regions.Select(Markup.ChartText).ToArray()),
                ("y", scores.Layers.Select(layer => Markup.ChartText(layer.Path)).ToArray()), ("text", text), ("texttemplate", "%{text}"),
                ("textfont.size", 11),
                ("colorscale", "Viridis"), ("colorbar.title.text", Markup.ChartText(scores.Metric)), ("colorbar.thickness", 14),
                ("hoverongaps", false), ("hovertemplate", "layer %{y}<br>region %{x}<br>score %{z:.4f}<extra></extra>"))
            .Layout(
                ("xaxis.type", "category"), ("xaxis.title.text", "region"), ("xaxis.showgrid", false), ("yaxis.type", "category"),
                ("yaxis.title.text", "layer, from the input down"), ("yaxis.title.standoff", 12), ("yaxis.automargin", true),
                ("yaxis.autorange", "reversed"), ("yaxis.showgrid", false), ("margin.t", 16), ("margin.r", 8), ("margin.b", 56))
            .ToHtml();
    }

    private static string Cell(double? value, bool best) =>
        value is not { } score ? string.Empty
        : best ? $"<b>★ {score.ToString("0.000", CultureInfo.InvariantCulture)}</b>"
        : score.ToString("0.000", CultureInfo.InvariantCulture);
}
