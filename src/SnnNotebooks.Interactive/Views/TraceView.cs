using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Neurons;

namespace SnnNotebooks.Interactive.Views;

/// <summary>One neuron over time: input current, membrane potential with threshold and reset, and spikes, on one time axis.</summary>
/// <param name="trace">What happened.</param>
/// <param name="title">A line above the figure.</param>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class TraceView(NeuronTrace trace, string title) : FigureView
{
    /// <inheritdoc/>
    public override PlotlyFigure ToFigure()
    {
        var steps = Enumerable.Range(0, trace.Input.Count).Select(t => (double)t).ToArray();

        // each step first charges to H, then resets to V: both points are drawn, at the same time
        var times = steps.SelectMany(t => new[] { t, t }).ToArray();
        var potentials = trace.Charged.Zip(trace.Potential).SelectMany(pair => new[] { pair.First, pair.Second }).ToArray();
        var labels = steps.SelectMany(_ => new[] { "H", "V" }).ToArray();
        var spikes = steps.Where(t => trace.Spikes[(int)t] != 0).ToArray();
        var ends = steps.Length == 0 ? new double[] { 0, 1 } : new[] { 0, steps[^1] };
        var figure = new PlotlyFigure(
            title, $"{title}: input, membrane potential and {spikes.Length} spikes over {steps.Length} time steps", 460)
            .Add("scatter", ("x", steps), ("y", trace.Input.ToArray()), ("name", "input X"), ("mode", "lines"), ("line.shape", "hvh"),
                ("line.color", Palette.Orange), ("yaxis", "y3"), ("hovertemplate", "step %{x}<br>X = %{y:.4g}<extra></extra>"))
            .Add("scatter", ("x", times), ("y", potentials), ("name", "potential H, V"), ("mode", "lines"), ("line.color", Palette.Blue),
                ("yaxis", "y2"), ("text", labels), ("hovertemplate", "step %{x}<br>%{text} = %{y:.4g}<extra></extra>"))
            .Add("scatter", ("x", ends), ("y", new[] { trace.Threshold, trace.Threshold }), ("name", "threshold"), ("mode", "lines"),
                ("line.dash", "dash"), ("line.color", Palette.Vermillion), ("yaxis", "y2"),
                ("hovertemplate", "threshold %{y:.4g}<extra></extra>"));
        if (trace.Reset is { } reset)
        {
            figure.Add("scatter", ("x", ends), ("y", new[] { reset, reset }), ("name", "reset"), ("mode", "lines"), ("line.dash", "dot"),
                ("line.color", Palette.Grey), ("yaxis", "y2"), ("hovertemplate", "reset %{y:.4g}<extra></extra>"));
        }

        return figure
            .Add("scatter", ("x", spikes), ("y", spikes.Select(_ => 0.5).ToArray()), ("name", "spikes"), ("mode", "markers"),
                ("marker.symbol", "line-ns-open"), ("marker.size", 20), ("marker.line.width", 2), ("marker.color", Palette.Green),
                ("yaxis", "y"), ("hovertemplate", "spike at step %{x}<extra></extra>"))
            .Layout(
                ("xaxis.title.text", "time step"), ("xaxis.range", new[] { -0.5, ends[1] + 0.5 }), ("xaxis.zeroline", false),
                ("yaxis.domain", new[] { 0.0, 0.12 }), ("yaxis.showticklabels", false), ("yaxis.showgrid", false),
                ("yaxis.fixedrange", true), ("yaxis.range", new[] { 0.0, 1.0 }), ("yaxis.title.text", "spikes"),
                ("yaxis2.domain", new[] { 0.18, 0.68 }), ("yaxis2.title.text", "potential (no unit)"),
                ("yaxis3.domain", new[] { 0.74, 1.0 }), ("yaxis3.title.text", "input (no unit)"),
                ("margin.l", 64), ("margin.r", 16), ("margin.t", 64), ("margin.b", 48), ("legend.orientation", "h"), ("legend.x", 0),
                ("legend.y", 1.01), ("legend.yanchor", "bottom"));
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder(title).AppendLine();
        text.AppendLine("   t      X        H        V      S");
        for (var t = 0; t < Math.Min(trace.Input.Count, 40); t++)
        {
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{t,4} {trace.Input[t],8:0.000} {trace.Charged[t],8:0.000} {trace.Potential[t],8:0.000}   "
                + $"{(trace.Spikes[t] != 0 ? '|' : '.')}");
        }

        if (trace.Input.Count > 40)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"... and {trace.Input.Count - 40} more steps");
        }

        return text.Append(CultureInfo.InvariantCulture, $"{trace.Spikes.Count(s => s != 0)} spikes in {trace.Input.Count} steps")
            .ToString();
    }
}
