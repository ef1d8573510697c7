using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Memristive.Experiments;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// Accuracies of trials side by side: the mean over the seeds, and the standard deviation as a bar where there are several.
/// </summary>
/// <param name="trials">The trials.</param>
/// <param name="passes">Numbers of binary passes to show; of a system without chance there is one.</param>
/// <param name="title">A line above it.</param>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class TrialsView(IReadOnlyList<TrialSummary> trials, IReadOnlyList<int> passes, string title) : View
{
    private static readonly (string Colour, string Symbol)[] Looks =
        [(Palette.Vermillion, "diamond"), (Palette.Orange, "triangle-up"), (Palette.Blue, "circle"), (Palette.Green, "square")];

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var figure = new PlotlyFigure(title, $"{title}. {ToString()}", 150 + (34 * trials.Count));
        Series("deterministic", Palette.Grey, "x", trials.Where(trial => !trial.IsRandom), 1);
        foreach (var (count, i) in passes.Select((count, i) => (count, i)))
        {
            Series(count == 1 ? "1 pass" : $"{count} passes", Looks[i % Looks.Length].Colour, Looks[i % Looks.Length].Symbol,
                trials.Where(trial => trial.IsRandom), count);
        }

        return figure
            .Layout(
                ("xaxis.title.text", "accuracy (%)"), ("yaxis.tickmode", "array"), ("yaxis.tickvals", Enumerable.Range(0, trials.Count)
                    .ToArray()), ("yaxis.ticktext", trials.Select(trial => Markup.ChartText(trial.Name)).ToArray()),
                ("yaxis.range", new[] { trials.Count - 0.5, -0.5 }), ("yaxis.automargin", true), ("yaxis.zeroline", false),
                ("margin.t", 44), ("margin.r", 16), ("margin.b", 48), ("margin.l", 40),
                ("legend.orientation", "h"), ("legend.x", 0), ("legend.y", 1.01), ("legend.yanchor", "bottom"))
            .ToHtml();

        void Series(string name, string colour, string symbol, IEnumerable<TrialSummary> shown, int count)
        {
            var points = shown.ToArray();
            if (points.Length == 0)
            {
                return;
            }

            figure.Add(
                "scatter", ("x", points.Select(trial => 100 * trial.Mean(count)).ToArray()),
                ("y", points.Select(trial => Place(trial)).ToArray()), ("name", name), ("mode", "markers"),
                ("marker.color", colour), ("marker.symbol", symbol), ("marker.size", 9),
                ("error_x.type", "data"), ("error_x.array", points.Select(trial => 100 * Finite(trial.Deviation(count))).ToArray()),
                ("error_x.color", colour), ("error_x.thickness", 1.5), ("error_x.width", 4),
                ("hovertext", points.Select(trial => $"{Markup.ChartText(trial.Name)}<br>{name}: {Text(trial, count)}").ToArray()),
                ("hoverinfo", "text"));
        }
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder(title);
        foreach (var trial in trials)
        {
            text.AppendLine().Append(trial.Name).Append(": ").AppendJoin(", ", trial.IsRandom
                ? passes.Select(count => $"{Text(trial, count)} with {count} {(count == 1 ? "pass" : "passes")}")
                : [Text(trial, 1)]);
        }

        return text.ToString();
    }

    private static double Finite(double deviation) => double.IsNaN(deviation) ? 0 : deviation;

    private static string Text(TrialSummary trial, int count) => trial.Results.Count > 1
        ? string.Create(CultureInfo.InvariantCulture,
            $"{100 * trial.Mean(count):0.00} ± {100 * trial.Deviation(count):0.00} % (n = {trial.Results.Count})")
        : string.Create(CultureInfo.InvariantCulture, $"{100 * trial.Mean(count):0.00} % (n = 1)");

    private int Place(TrialSummary trial) => trials.Index().First(pair => ReferenceEquals(pair.Item, trial)).Index;
}
