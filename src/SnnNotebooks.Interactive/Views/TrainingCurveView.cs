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
    /// <inheritdoc/>
    public override string ToHtml()
    {
        var epochs = history.Epochs.Select(epoch => (double)epoch.Epoch).ToArray();
        return new PlotlyFigure($"Training curves over {epochs.Length} epochs", 340)
            .Add("scatter", ("x", epochs), ("y", history.Epochs.Select(epoch => epoch.TrainLoss).ToArray()), ("name", "training loss"), ("mode", "lines+markers"), ("line.color", Palette.Vermillion))
            .Add("scatter", ("x", epochs), ("y", history.Epochs.Select(epoch => 100 * epoch.TrainAccuracy).ToArray()), ("name", "training accuracy"), ("mode", "lines+markers"), ("line.color", Palette.Orange), ("line.dash", "dot"), ("xaxis", "x2"), ("yaxis", "y2"))
            .Add("scatter", ("x", epochs), ("y", history.Epochs.Select(epoch => 100 * epoch.TestAccuracy).ToArray()), ("name", "test accuracy"), ("mode", "lines+markers"), ("line.color", Palette.Blue), ("xaxis", "x2"), ("yaxis", "y2"))
            .Layout(
                ("xaxis.domain", new[] { 0.0, 0.44 }), ("xaxis.title.text", "epoch"), ("xaxis.dtick", epochs.Length > 20 ? 5 : 1),
                ("xaxis2.domain", new[] { 0.56, 1.0 }), ("xaxis2.title.text", "epoch"), ("xaxis2.anchor", "y2"), ("xaxis2.dtick", epochs.Length > 20 ? 5 : 1),
                ("yaxis.title.text", "loss"), ("yaxis.rangemode", "tozero"), ("yaxis2.anchor", "x2"), ("yaxis2.title.text", "accuracy (%)"),
                ("margin.l", 64), ("margin.r", 16), ("margin.t", 40), ("margin.b", 48), ("legend.orientation", "h"), ("legend.y", 1.02), ("legend.yanchor", "bottom"))
            .ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder("epoch     loss   train    test   seconds");
        foreach (var epoch in history.Epochs)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"{epoch.Epoch,5} {epoch.TrainLoss,8:0.0000} {100 * epoch.TrainAccuracy,5:0.0} % {100 * epoch.TestAccuracy,5:0.0} % {epoch.Seconds,8:0.0}");
        }

        return history.Cancelled ? text.AppendLine().Append("stopped before its end").ToString() : text.ToString();
    }
}
