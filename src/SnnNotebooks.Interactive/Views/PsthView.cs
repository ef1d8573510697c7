using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// One unit's rate around an event, a curve for each condition, with the standard error over trials as a band; of a single trial there is
/// none.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class PsthView : View
{
    private static readonly (string Colour, string Dash)[] Looks = [(Palette.Blue, "solid"), (Palette.Vermillion, "dash"),
        (Palette.Green, "dot"), (Palette.Orange, "dashdot"), (Palette.Grey, "longdash")];
    private readonly List<(string Name, double[] Times, double[] Rates, double[] Errors)> curves = [];
    private readonly string title;

    /// <summary>Reads the histograms; they are not kept.</summary>
    /// <param name="conditions">A histogram for each condition; at least one.</param>
    /// <param name="unit">Which of their units, from 0.</param>
    /// <param name="title">A line above the figure.</param>
    /// <exception cref="ArgumentException">There is no condition.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A histogram has no such unit.</exception>
    public PsthView(IReadOnlyList<(string Name, Psth Histogram)> conditions, int unit, string title)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        ArgumentNullException.ThrowIfNull(title);
        this.title = title;
        if (conditions.Count == 0)
        {
            throw new ArgumentException("There is no condition to show; expected at least one.", nameof(conditions));
        }

        using var scope = NewDisposeScope();
        foreach (var (name, histogram) in conditions)
        {
            if (unit < 0 || unit >= histogram.Rate.shape[1])
            {
                throw new ArgumentOutOfRangeException(nameof(unit), unit, $"The histogram of {name} has {histogram.Rate.shape[1]} units.");
            }

            double[] Column(Tensor values) => values.select(1, unit).cpu().to(ScalarType.Float64).Numbers<double>();
            var rates = Column(histogram.Rate);
            curves.Add(
                (name, [.. Enumerable.Range(0, rates.Length).Select(bin => histogram.Offset + ((bin + 0.5) * histogram.Width))], rates,
                    Column(histogram.StandardError)));
        }
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var figure = new PlotlyFigure(title, $"{title}: {ToString()}", 360);
        foreach (var ((name, times, rates, errors), i) in curves.Select((curve, i) => (curve, i)))
        {
            var (colour, dash) = Looks[i % Looks.Length];
            if (errors.All(double.IsFinite))
            {
                figure
                    .Add("scatter", ("x", times), ("y", rates.Zip(errors, (rate, error) => rate - error).ToArray()), ("mode", "lines"),
                        ("line.width", 0), ("hoverinfo", "skip"), ("showlegend", false))
                    .Add("scatter", ("x", times), ("y", rates.Zip(errors, (rate, error) => rate + error).ToArray()), ("mode", "lines"),
                        ("line.width", 0), ("hoverinfo", "skip"), ("showlegend", false), ("fill", "tonexty"), ("fillcolor", Faint(colour)));
            }

            figure.Add("scatter", ("x", times), ("y", rates), ("name", Markup.ChartText(name)), ("mode", "lines"), ("line.color", colour),
                ("line.dash", dash), ("showlegend", true),
                ("hovertemplate", $"{Markup.ChartText(name)}<br>%{{x:.3f}} s: %{{y:.4g}} spikes/s<extra></extra>"));
        }

        return figure
            .Layout(
                ("xaxis.title.text", "time after the event (s)"), ("yaxis.title.text", "spikes per second"), ("margin.l", 64),
                ("margin.r", 16), ("margin.t", 44), ("margin.b", 60), ("yaxis.rangemode", "tozero"),
                ("legend.orientation", "h"), ("legend.traceorder", "normal"), ("legend.x", 0), ("legend.y", 1.01),
                ("legend.yanchor", "bottom"))
            .ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join("; ", curves.Select(curve =>
        curve.Rates.Length == 0
            ? $"{curve.Name}: no bins"
            : string.Create(CultureInfo.InvariantCulture,
                $"{curve.Name}: mean {Markup.Number(curve.Rates.Average())} spikes/s, highest {Markup.Number(curve.Rates.Max())} at "
                + $"{Markup.Number(curve.Times[Array.IndexOf(curve.Rates, curve.Rates.Max())])} s")));

    private static string Faint(string colour) => string.Create(CultureInfo.InvariantCulture,
        $"rgba({Convert.ToInt32(colour[1..3], 16)},{Convert.ToInt32(colour[3..5], 16)},{Convert.ToInt32(colour[5..7], 16)},0.2)");
}
