using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Memristive.Experiments;

namespace SnnNotebooks.Interactive.Views;

/// <summary>How many devices have which conductance, epoch by epoch; the first column is before training.</summary>
/// <param name="history">The shares.</param>
/// <param name="title">A line above it.</param>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class ConductanceHistoryView(ConductanceHistory history, string title) : View
{
    private double[] Centres => [.. history.Edges.Zip(history.Edges.Skip(1), (low, high) => (low + high) / 2 * 1e6)];

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var centres = Centres;
        var percent = centres.Select((_, bin) => history.Shares.Select(shares => 100 * shares[bin]).ToArray()).ToArray();
        return new PlotlyFigure(title, $"{title}. {ToString()}", 340)
            .Add(
                "heatmap", ("z", percent), ("x", Enumerable.Range(0, history.Shares.Count).ToArray()), ("y", centres),
                ("colorscale", "Viridis"), ("colorbar.title.text", "% of<br>devices"), ("colorbar.thickness", 14),
                ("hovertemplate", "epoch %{x}<br>%{y:.1f} uS<br>%{z:.2f} % of devices<extra></extra>"))
            .Layout(("xaxis.title.text", "epoch"), ("xaxis.dtick", Math.Max(1, (history.Shares.Count + 9) / 10)),
                ("yaxis.title.text", "conductance (uS)"), ("margin.t", 36), ("margin.r", 8), ("margin.l", 64), ("margin.b", 48))
            .ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var centres = Centres;
        var last = history.Shares.Count - 1;
        return string.Create(CultureInfo.InvariantCulture,
            $"{title}: conductance before training {Moments(0)}, after {last} epochs {Moments(last)}");

        string Moments(int epoch)
        {
            var mean = history.Shares[epoch].Zip(centres, (share, centre) => share * centre).Sum();
            var variance = history.Shares[epoch].Zip(centres, (share, centre) => share * (centre - mean) * (centre - mean)).Sum();
            return string.Create(CultureInfo.InvariantCulture, $"{mean:0.0} ± {Math.Sqrt(variance):0.0} uS");
        }
    }
}
