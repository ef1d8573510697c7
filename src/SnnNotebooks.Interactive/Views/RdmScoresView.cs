using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Similarity.Rdms;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// Scores of models as bars with their standard errors, the noise ceiling as a band, and what tests say: a dot at the foot of a bar that is
/// above zero, a triangle at the band for a model below it, and a line over each two models that differ (as rsatoolbox's
/// <c>plot_model_comparison</c>).
/// </summary>
/// <param name="scores">The scores.</param>
/// <param name="title">A line above it.</param>
/// <param name="tests">How the level is kept over pairs of models; tests against zero and the ceiling are Bonferroni's.</param>
/// <param name="level">The level.</param>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class RdmScoresView(RdmScores scores, string title, MultipleTests tests, double level) : View
{
    private const int MostLines = 36; // more over the bars would hide each other

    private double Top => scores.Means.Zip(scores.StandardErrors, (mean, error) => mean + (double.IsNaN(error) ? 0 : error))
        .Append(scores.Ceiling.Upper).Where(double.IsFinite).DefaultIfEmpty(1).Max();

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var count = scores.Models.Count;
        var places = Enumerable.Range(0, count).Select(place => (double)place).ToArray();
        var errors = scores.StandardErrors.Select(error => double.IsNaN(error) ? 0 : error).ToArray();
        var pairs = Different();
        var figure = new PlotlyFigure(title, ToString(), 380 + (6 * Math.Min(pairs.Length, MostLines)))
            .Add(
                "bar", ("x", places), ("y", scores.Means.ToArray()), ("marker.color", Palette.Blue), ("width", 0.7),
                ("error_y.type", "data"), ("error_y.array", errors), ("error_y.color", Palette.Grey), ("showlegend", false),
                ("text", scores.Models.Select(Markup.ChartText).ToArray()), ("textposition", "none"),
                ("hovertemplate", "%{text}<br>%{y:.4f}<extra></extra>"));
        Ceiling(figure, count);
        Marks(figure, "above zero", "circle", Palette.Orange, Holds(scores.AgainstZero()), _ => 0);
        Marks(figure, "below the noise ceiling", "triangle-down", Palette.Vermillion, Holds(scores.AgainstCeiling(), below: true),
            _ => scores.Ceiling.Lower);
        var step = 0.03 * Math.Max(Top, 1e-12);
        foreach (var ((i, j), line) in pairs.Take(MostLines).Select((pair, line) => (pair, line)))
        {
            figure.Add("scatter", ("x", new double[] { i, j }), ("y", Enumerable.Repeat(Top + ((line + 1.5) * step), 2).ToArray()),
                ("mode", "lines"), ("line.color", Palette.Grey), ("line.width", 2), ("name", "differ"), ("legendgroup", "differ"),
                ("showlegend", line == 0), ("hovertemplate",
                    $"{Markup.ChartText(scores.Models[i])} and {Markup.ChartText(scores.Models[j])} differ<extra></extra>"));
        }

        return figure.Layout(
            ("xaxis.tickmode", "array"), ("xaxis.tickvals", places), ("xaxis.ticktext", scores.Models.Select(Markup.ChartText).ToArray()),
            ("xaxis.showgrid", false), ("xaxis.zeroline", false), ("xaxis.range", new[] { -0.6, count - 0.4 }), ("xaxis.automargin", true),
            ("yaxis.title.text", Markup.ChartText(Name)), ("yaxis.title.standoff", 12), ("yaxis.automargin", true), ("margin.t", 24),
            ("margin.r", 8), ("margin.b", 40), ("legend.orientation", "h"), ("legend.x", 0), ("legend.y", 1.01),
            ("legend.yanchor", "bottom")).ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var above = Holds(scores.AgainstZero());
        var models = scores.Models.Select((name, place) => string.Create(CultureInfo.InvariantCulture,
            $"{name} {scores.Means[place]:0.000}{Error(place)}{(above.Contains(place) ? ", above zero" : "")}"));
        var pairs = Different().Select(pair => $"{scores.Models[pair.I]} and {scores.Models[pair.J]}").ToArray();
        var correction = tests switch
        {
            MultipleTests.Bonferroni => "Bonferroni",
            MultipleTests.FalseDiscoveryRate => "false discovery rate",
            _ => "uncorrected",
        };
        return string.Create(CultureInfo.InvariantCulture,
            $"{title}. {Name}: {string.Join("; ", models)}. Noise ceiling {scores.Ceiling.Lower:0.000} to {scores.Ceiling.Upper:0.000}. ")
            + string.Create(CultureInfo.InvariantCulture, $"Differing pairs ({correction}, {level}): ")
            + (pairs.Length > 0 ? string.Join(", ", pairs) : "none") + ".";
    }

    private string Name => scores.Comparator switch
    {
        RdmComparator.RhoA => "rho-a",
        RdmComparator.TauA => "tau-a",
        RdmComparator.TauB => "tau-b",
        RdmComparator.WhitenedCosine => "whitened cosine",
        RdmComparator.WhitenedCorrelation => "whitened correlation",
        RdmComparator.BuresDistance => "Bures distance",
        RdmComparator.NegativeRiemannian => "negative Riemannian distance",
        RdmComparator.Bures => "Bures similarity",
        RdmComparator.Spearman => "Spearman's correlation",
        var plain => plain.ToString().ToLowerInvariant(),
    };

    private string Error(int place) => scores.StandardErrors[place] is var error && double.IsNaN(error)
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $" ± {error:0.000}");

    private void Ceiling(PlotlyFigure figure, int count)
    {
        var (lower, upper) = scores.Ceiling;
        if (!double.IsFinite(lower) || !double.IsFinite(upper))
        {
            return;
        }

        figure.Add("scatter", ("x", new[] { -0.5, count - 0.5, count - 0.5, -0.5 }), ("y", new[] { lower, lower, upper, upper }),
            ("fill", "toself"), ("fillcolor", "rgba(128,128,128,0.3)"), ("mode", "lines"), ("line.width", 1), ("line.color", Palette.Grey),
            ("name", "noise ceiling"), ("hovertemplate", "noise ceiling %{y:.4f}<extra></extra>"));
    }

    private static void Marks(PlotlyFigure figure, string name, string symbol, string colour, int[] models, Func<int, double> height)
    {
        if (models.Length > 0)
        {
            figure.Add("scatter", ("x", Array.ConvertAll(models, place => (double)place)), ("y", Array.ConvertAll(models, m => height(m))),
                ("mode", "markers"), ("marker.symbol", symbol), ("marker.size", 9), ("marker.color", colour), ("name", name),
                ("hovertemplate", $"{name}<extra></extra>"));
        }
    }

    /// <summary>Models for which a test holds, Bonferroni's way; of those against the ceiling the ones below it.</summary>
    private int[] Holds(IReadOnlyList<double> p, bool below = false) => [.. Significance.Of(p, level, MultipleTests.Bonferroni)
        .Select((holds, place) => (holds, place)).Where(found => found.holds && (!below
            || scores.Means[found.place] < scores.Ceiling.Lower))
        .Select(found => found.place)];

    private (int I, int J)[] Different()
    {
        var p = scores.Pairwise();
        (int I, int J)[] pairs = [.. Enumerable.Range(0, scores.Models.Count)
            .SelectMany(i => Enumerable.Range(i + 1, scores.Models.Count - i - 1).Select(j => (i, j)))];
        return [.. pairs.Zip(Significance.Of([.. pairs.Select(pair => p[pair.I][pair.J])], level, tests)).Where(found => found.Second)
            .Select(found => found.First)];
    }
}
