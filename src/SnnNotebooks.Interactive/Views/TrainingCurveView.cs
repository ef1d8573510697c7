using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Training;

namespace SnnNotebooks.Interactive.Views;

/// <summary>Loss and accuracy, epoch by epoch.</summary>
/// <param name="history">The finished epochs.</param>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class TrainingCurveView(TrainingHistory history) : View
{
    private const string Stopped = "stopped before its end";

    private string Summary => (history.Epochs, history.Cancelled) switch
    {
        ({ Count: 0 }, true) => $"no finished epoch, {Stopped}",
        ({ Count: 0 }, false) => "no finished epoch",
        var (epochs, cancelled) => string.Create(
            CultureInfo.InvariantCulture,
            $"test accuracy {100 * epochs[^1].TestAccuracy:0.0} % after "
            + $"{epochs.Count} {(epochs.Count == 1 ? "epoch" : "epochs")}{(cancelled ? ", " + Stopped : string.Empty)}"),
    };

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var epochs = history.Epochs.Select(epoch => epoch.Epoch).ToArray();
        var tick = Math.Max(1, (epochs.Length + 9) / 10);
        var figure = new PlotlyFigure(Summary, $"Training curves: {Summary}", 360);
        void Curve(string name, Func<EpochResult, double> value, string colour, string dash, string symbol, string axis,
            string format) => figure.Add(
            "scatter", ("x", epochs), ("y", history.Epochs.Select(value).ToArray()), ("name", name), ("mode", "lines+markers"),
            ("line.color", colour), ("line.dash", dash),
            ("marker.symbol", symbol), ("marker.size", 7), ("xaxis", "x" + axis), ("yaxis", "y" + axis),
            ("hovertemplate", $"epoch %{{x}}<br>{name} %{{y:{format}}}<extra></extra>"));
        Curve("training loss", epoch => epoch.TrainLoss, Palette.Vermillion, "solid", "diamond", string.Empty, ".4f");
        Curve("training accuracy (%)", epoch => 100 * epoch.TrainAccuracy, Palette.Orange, "dot", "square", "2", ".1f");
        Curve("test accuracy (%)", epoch => 100 * epoch.TestAccuracy, Palette.Blue, "solid", "circle", "2", ".1f");
        return figure
            .Layout(
                ("xaxis.domain", new[] { 0.0, 0.44 }), ("xaxis.title.text", "epoch"), ("xaxis.dtick", tick),
                ("xaxis2.domain", new[] { 0.56, 1.0 }), ("xaxis2.title.text", "epoch"), ("xaxis2.anchor", "y2"), ("xaxis2.dtick", tick),
                ("yaxis.title.text", "mean loss"), ("yaxis.rangemode", "tozero"), ("yaxis2.anchor", "x2"),
                ("yaxis2.title.text", "accuracy (%)"),
                ("margin.l", 64), ("margin.r", 16), ("margin.t", 64), ("margin.b", 48), ("legend.orientation", "h"), ("legend.x", 0),
                ("legend.y", 1.01), ("legend.yanchor", "bottom"))
            .ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder("epoch     loss   train    test   seconds");
        foreach (var epoch in history.Epochs)
        {
            text.AppendLine().Append(
                CultureInfo.InvariantCulture,
                $"{epoch.Epoch,5} {epoch.TrainLoss,8:0.0000} {100 * epoch.TrainAccuracy,5:0.0} % {100 * epoch.TestAccuracy,5:0.0} % "
                + $"{epoch.Seconds,8:0.0}");
        }

        return text.AppendLine().Append(Summary).ToString();
    }
}
