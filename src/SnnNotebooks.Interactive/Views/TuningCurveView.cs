using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Interactive.Views;

/// <summary>Tuning curves: the mean response of each unit to each value of a stimulus, with the standard error over trials.</summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class TuningCurveView : View
{
    private static readonly (string Colour, string Dash, string Symbol)[] Looks =
    [
        (Palette.Blue, "solid", "circle"), (Palette.Vermillion, "dash", "square"), (Palette.Green, "dot", "diamond"),
        (Palette.Orange, "dashdot", "triangle-up"), (Palette.Grey, "longdash", "x"),
    ];

    private readonly IReadOnlyList<TuningCurve> curves;
    private readonly string title;
    private readonly string stimulus;
    private readonly string response;

    /// <summary>Takes the curves.</summary>
    /// <param name="curves">One for each unit; at least one.</param>
    /// <param name="stimulus">What the stimulus is and its unit, for example <c>direction (degrees)</c>.</param>
    /// <param name="response">What the response is and its unit.</param>
    /// <param name="title">A line above the figure.</param>
    /// <exception cref="ArgumentException">There is no curve.</exception>
    public TuningCurveView(IReadOnlyList<TuningCurve> curves, string stimulus, string response, string title)
    {
        ArgumentNullException.ThrowIfNull(curves);
        ArgumentNullException.ThrowIfNull(stimulus);
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(title);
        (this.curves, this.stimulus, this.response, this.title) = (curves, stimulus, response, title);
        if (curves.Count == 0)
        {
            throw new ArgumentException("There is no tuning curve to show; expected at least one.", nameof(curves));
        }
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var figure = new PlotlyFigure(title, ToString(), 360);
        foreach (var (curve, i) in curves.Select((curve, i) => (curve, i)))
        {
            var ((colour, dash, symbol), name) = (Looks[i % Looks.Length], Markup.ChartText(curve.Name));
            figure.Add(
                "scatter", ("x", curve.Stimuli), ("y", curve.Means), ("name", name), ("mode", "lines+markers"), ("line.color", colour),
                ("line.dash", dash), ("marker.symbol", symbol), ("showlegend", true),
                ("error_y.type", "data"), ("error_y.array",
                    curve.StandardErrors.Select(error => double.IsNaN(error) ? 0 : error).ToArray()), ("error_y.thickness", 1),
                ("hovertemplate", $"{name}<br>at %{{x:.4g}}: %{{y:.4g}}<extra></extra>"));
        }

        return figure
            .Layout(
                ("xaxis.title.text", Markup.ChartText(stimulus)), ("yaxis.title.text", Markup.ChartText(response)), ("margin.l", 64),
                ("margin.r", 16), ("margin.t", 44), ("margin.b", 60), ("yaxis.rangemode", "tozero"),
                ("legend.orientation", "h"), ("legend.x", 0), ("legend.y", 1.01), ("legend.yanchor", "bottom"))
            .ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{title}: " + string.Join("; ", curves.Select(curve => string.Create(
        CultureInfo.InvariantCulture,
        $"{curve.Name}: strongest at {Markup.Number(curve.Preferred)} with {Markup.Number(curve.Means.Max())}, weakest "
        + $"{Markup.Number(curve.Means.Min())}")));
}
