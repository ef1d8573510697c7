using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Similarity.Experiments;

namespace SnnNotebooks.Interactive.Views;

/// <summary>How deep in each network the layer lies that fits a region best.</summary>
/// <param name="networks">Scores against the same regions.</param>
/// <param name="title">A line above it.</param>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class BestDepthView(IReadOnlyList<LayerRegionScores> networks, string title) : View
{
    private static readonly (string Colour, string Symbol)[] Looks = [(Palette.Blue, "circle"), (Palette.Vermillion, "diamond"),
        (Palette.Green, "square"), (Palette.Orange, "triangle-up"), (Palette.Grey, "cross")];

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var figure = new PlotlyFigure(title, ToString(), 340);
        foreach (var (network, i) in networks.Select((network, i) => (network, i)))
        {
            var (colour, symbol) = Looks[i % Looks.Length];
            var defined = Enumerable.Range(0, network.Regions.Count).Where(region => network.BestLayer(region) is not null).ToArray();
            figure.Add(
                "scatter", ("x", defined.Select(region => Markup.ChartText(network.Regions[region])).ToArray()),
                ("y", defined.Select(network.BestDepth).ToArray()), ("name", Markup.ChartText($"{network.Model}, {network.Metric}")),
                ("mode", "lines+markers"),
                ("line.color", colour), ("line.dash", "dot"), ("marker.symbol", symbol), ("marker.size", 10),
                ("text", defined.Select(region => Markup.ChartText(network.Layers[network.BestLayer(region)!.Value].Path)).ToArray()),
                ("hovertemplate", "%{x}<br>%{text}, depth %{y:.2f}<extra></extra>"));
        }

        return figure
            .Layout(
                ("xaxis.type", "category"), ("xaxis.title.text", "region, from the bottom of the hierarchy up"),
                ("yaxis.title.text", "depth of the best layer / depth of the network"), ("yaxis.range", new[] { 0.0, 1.05 }),
                ("margin.l", 64), ("margin.r", 16), ("margin.t", 64), ("margin.b", 56), ("legend.orientation", "h"), ("legend.x", 0),
                ("legend.y", 1.01), ("legend.yanchor", "bottom"))
            .ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString() => title + ". " + string.Join("; ", networks.Select(network =>
        $"{network.Model}, {network.Metric}: "
        + string.Join(", ", network.Regions.Select((name, region) => string.Create(
            CultureInfo.InvariantCulture, $"{name} {network.BestDepth(region):0.00}")))));
}
