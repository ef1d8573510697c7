using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Interactive.Views;

/// <summary>One curve.</summary>
/// <param name="Name">Its name in the legend.</param>
/// <param name="X">Where it was measured.</param>
/// <param name="Y">What was measured.</param>
/// <param name="Markers">Whether each point is marked, as what was measured should be.</param>
public sealed record Curve(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y, bool Markers = true);

/// <summary>Curves over one axis.</summary>
/// <param name="title">A line above the figure.</param>
/// <param name="xLabel">The horizontal axis, with its unit.</param>
/// <param name="yLabel">The vertical axis, with its unit.</param>
/// <param name="curves">The curves.</param>
/// <param name="logarithmic">Whether both axes are logarithmic.</param>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class CurveView(string title, string xLabel, string yLabel, IReadOnlyList<Curve> curves, bool logarithmic = false)
    : FigureView
{
    private const int Most = 12; // points of a curve as text
    private const int FewPlaces = 13; // on the horizontal axis, each with its number

    private static readonly (string Colour, string Symbol, string Dash)[] Looks =
        [(Palette.Blue, "circle", "solid"), (Palette.Vermillion, "diamond", "solid"), (Palette.Green, "square", "solid"),
            (Palette.Orange, "triangle-up", "dot"), (Palette.Grey, "cross", "dashdot")];

    /// <inheritdoc/>
    public override PlotlyFigure ToFigure()
    {
        var figure = new PlotlyFigure(
            title, $"{title}: {yLabel} against {xLabel} for {string.Join(", ", curves.Select(curve => curve.Name))}", 360);
        foreach (var (curve, i) in curves.Select((curve, i) => (curve, i)))
        {
            var (colour, symbol, dash) = Looks[i % Looks.Length];
            figure.Add(
                "scatter", ("x", curve.X.ToArray()), ("y", curve.Y.ToArray()), ("name", Markup.ChartText(curve.Name)),
                ("mode", curve.Markers ? "lines+markers" : "lines"), ("line.color", colour), ("line.dash", dash),
                ("marker.symbol", symbol), ("marker.size", 8),
                ("hovertemplate", $"{Markup.ChartText(xLabel)} %{{x}}<br>{Markup.ChartText(curve.Name)} %{{y:.4g}}<extra></extra>"));
        }

        if (logarithmic)
        {
            figure.Layout(
                ("xaxis.type", "log"), ("xaxis.tickvals", curves.SelectMany(curve => curve.X).Distinct().Order().ToArray()),
                ("yaxis.type", "log"), ("yaxis.exponentformat", "power"), ("yaxis.tickvals",
                    OneTwoFive(curves.SelectMany(curve => curve.Y).Where(y => y > 0 && double.IsFinite(y)).ToArray())));
        }
        else if (curves.All(curve => curve.Y.All(y => !(y < 0))))
        {
            figure.Layout(("yaxis.rangemode", "tozero"));
        }

        var places = curves.SelectMany(curve => curve.X).ToArray();
        if (!logarithmic && places.Length > 0 && places.All(double.IsInteger) && places.Max() - places.Min() is > 0 and < FewPlaces)
        {
            figure.Layout(("xaxis.dtick", 1)); // what is counted has no halves
        }

        return figure
            .Layout(
                ("xaxis.title.text", Markup.ChartText(xLabel)), ("yaxis.title.text", Markup.ChartText(yLabel)), ("margin.l", 64),
                ("margin.r", 16), ("margin.t", 64), ("margin.b", 48),
                ("legend.orientation", "h"), ("legend.x", 0), ("legend.y", 1.01), ("legend.yanchor", "bottom"));
    }

    /// <summary>1, 2, 5, 10, 20, ... as far as the values go.</summary>
    private static double[] OneTwoFive(double[] values)
    {
        var decades = values.Length == 0
            ? [0]
            : Enumerable.Range((int)Math.Floor(Math.Log10(values.Min())),
                (int)(Math.Floor(Math.Log10(values.Max())) - Math.Floor(Math.Log10(values.Min()))) + 1);
        return [.. decades.SelectMany(decade => new[] { 1.0, 2.0, 5.0 }.Select(digit => digit * Math.Pow(10, decade)))];
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder(title).AppendLine().Append(CultureInfo.InvariantCulture, $"{yLabel} against {xLabel}");
        foreach (var curve in curves)
        {
            text.AppendLine().Append(curve.Name).Append(": ")
                .AppendJoin(", ", curve.X.Zip(curve.Y, (x, y) => $"{Markup.Number(x)} -> {Markup.Number(y)}").Take(Most));
            if (curve.X.Count > Most)
            {
                text.Append(CultureInfo.InvariantCulture, $", ... and {curve.X.Count - Most} more points");
            }
        }

        return text.ToString();
    }
}
