using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Neurons;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// A neuron's phase portrait: the change of its potential in a step against the potential, with threshold, reset and fixed points.
/// </summary>
/// <param name="portrait">The portrait.</param>
/// <param name="title">A line above it.</param>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class PhasePortraitView(PhasePortrait portrait, string title) : FigureView
{
    private static readonly string[] Colours = [Palette.Blue, Palette.Orange, Palette.Green, Palette.Vermillion, Palette.Grey];

    private string Summary => portrait.FixedPoints.Count == 0
        ? "no fixed point below the threshold"
        : "fixed points "
            + string.Join(
                ", ", portrait.FixedPoints.Select(
                    point => string.Create(CultureInfo.InvariantCulture,
                        $"V = {point.Potential:0.###} ({(point.Stable ? "stable" : "unstable")}, X = {point.Input:0.###})")));

    /// <inheritdoc/>
    public override PlotlyFigure ToFigure()
    {
        var potentials = portrait.Potentials.ToArray();
        var finite = portrait.Curves.SelectMany(curve => curve.Change).Where(double.IsFinite).Append(0).ToArray();
        var margin = Math.Max(0.05 * (finite.Max() - finite.Min()), 1e-6);
        var (least, most) = (finite.Min() - margin, finite.Max() + margin);
        var figure = new PlotlyFigure(title, $"{title}: {Summary}", 400);
        foreach (var (curve, i) in portrait.Curves.Select((curve, i) => (curve, i)))
        {
            figure.Add(
                "scatter", ("x", potentials), ("y", curve.Change.ToArray()),
                ("name", string.Create(CultureInfo.InvariantCulture, $"X = {curve.Input:0.###}")), ("mode", "lines"),
                ("line.color", Colours[i % Colours.Length]), ("line.dash", i < Colours.Length ? "solid" : "dot"),
                ("hovertemplate", "V = %{x:.3f}<br>H - V = %{y:.3f}<extra></extra>"));
        }

        void Line(string name, double at, string colour, string dash) => figure.Add(
            "scatter", ("x", new[] { at, at }), ("y", new[] { least, most }), ("name", name), ("mode", "lines"), ("line.color", colour),
            ("line.dash", dash), ("hovertemplate", name + " %{x:.3f}<extra></extra>"));
        Line("threshold", portrait.Threshold, Palette.Vermillion, "dash");
        if (portrait.Reset is { } reset)
        {
            Line("reset", reset, Palette.Grey, "dot");
        }

        void Points(string name, bool stable, string symbol)
        {
            var points = portrait.FixedPoints.Where(point => point.Stable == stable).ToArray();
            if (points.Length > 0)
            {
                figure.Add(
                    "scatter", ("x", points.Select(point => point.Potential).ToArray()), ("y", points.Select(_ => 0.0).ToArray()),
                    ("name", name), ("mode", "markers"),
                    ("marker.symbol", symbol), ("marker.size", 11), ("marker.line.width", 2), ("marker.line.color", Palette.Green),
                    ("marker.color", Palette.Green), ("hovertemplate", name + " V = %{x:.3f}<extra></extra>"));
            }
        }

        Points("stable point", true, "circle");
        Points("unstable point", false, "circle-open");
        return figure
            .Layout(
                ("xaxis.title.text", "membrane potential V (no unit)"), ("xaxis.zeroline", false),
                ("yaxis.title.text", "change in a step, H - V"), ("yaxis.range", new[] { least, most }), ("yaxis.zeroline", true),
                ("yaxis.zerolinewidth", 2),
                ("margin.l", 64), ("margin.r", 16), ("margin.t", 64), ("margin.b", 48), ("legend.orientation", "h"), ("legend.x", 0),
                ("legend.y", 1.01), ("legend.yanchor", "bottom"));
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder(title).AppendLine();
        foreach (var curve in portrait.Curves)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"X = {curve.Input:0.###}: H - V from {curve.Change[0]:0.###} at V = {portrait.Potentials[0]:0.###} to "
                + $"{curve.Change[^1]:0.###} at V = {portrait.Potentials[^1]:0.###}");
        }

        return text.Append(Summary).ToString();
    }
}
