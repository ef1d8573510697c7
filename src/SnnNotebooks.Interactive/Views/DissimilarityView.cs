using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Similarity;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// Representational dissimilarity matrices side by side: how far apart each pair of stimuli is, as ranks in percent so that they can be
/// compared.
/// Where the stimuli have categories, they are sorted by them, with a coloured bar for each.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class DissimilarityView : View
{
    private const int Most = 160; // stimuli; more are thinned out
    private static readonly string[] Colours = [Palette.Blue, Palette.Vermillion, Palette.Green, Palette.Orange, Palette.Grey];

    private readonly IReadOnlyList<(string Name, Representation Matrix)> matrices;
    private readonly string title;
    private readonly int[] order;
    private readonly List<(string Name, int Start, int Count)> bars = [];

    /// <summary>Takes the matrices.</summary>
    /// <param name="matrices">Pairwise representations, for example of <see cref="Rsa"/>; all of the same stimuli.</param>
    /// <param name="title">A line above them.</param>
    /// <param name="categories">The category of each stimulus, or null; they stand in the order in which they first occur.</param>
    /// <exception cref="ArgumentException">There is none, one is not pairwise or undefined, the stimuli differ in number, or there is not
    /// one category for each.</exception>
    public DissimilarityView(
        IReadOnlyList<(string Name, Representation Matrix)> matrices, string title, IReadOnlyList<string>? categories = null)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        if (matrices.Count == 0 || matrices.Any(matrix => !matrix.Matrix.Pairwise || matrix.Matrix.Rows != matrices[0].Matrix.Rows))
        {
            throw new ArgumentException(
                "Matrices [stimuli, stimuli] of the same stimuli are shown, at least one; make them with Rsa.", nameof(matrices));
        }

        var stimuli = matrices[0].Matrix.Rows;
        if (categories is not null && categories.Count != stimuli)
        {
            throw new ArgumentException(
                $"There are {stimuli} stimuli and {categories.Count} categories; expected one for each.", nameof(categories));
        }

        (this.matrices, this.title) = (matrices, title);
        order = [.. Enumerable.Range(0, stimuli)];
        if (categories is not null)
        {
            var names = categories.Distinct(StringComparer.Ordinal).ToList();
            order = [.. order.OrderBy(stimulus => names.IndexOf(categories[stimulus]))];
            foreach (var group in order.Index().GroupBy(each => categories[each.Item]))
            {
                bars.Add((group.Key, group.First().Index, group.Count()));
            }
        }
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var figure = new PlotlyFigure(title, ToString(), matrices.Count > 3 ? 300 : 340);
        const double Gap = 0.05;
        var width = (1 - (Gap * (matrices.Count - 1))) / matrices.Count;
        for (var m = 0; m < matrices.Count; m++)
        {
            var axis = m == 0 ? string.Empty : (m + 1).ToString(CultureInfo.InvariantCulture);
            var start = m * (width + Gap);
            var (places, percent) = Percent(matrices[m].Matrix);
            figure.Add(
                "heatmap", ("z", percent), ("x", places), ("y", places), ("xaxis", "x" + axis), ("yaxis", "y" + axis),
                ("colorscale", "Viridis"), ("zmin", 0), ("zmax", 100), ("showscale", m == matrices.Count - 1),
                ("colorbar.title.text", "rank<br>(%)"), ("colorbar.thickness", 14),
                ("hovertemplate",
                    $"{Markup.ChartText(matrices[m].Name)}<br>{(bars.Count > 0 ? "places" : "stimuli")} %{{y}} and %{{x}}<br>farther "
                    + "apart than %{z:.0f} % of pairs<extra></extra>"));
            figure.Layout(
                ($"xaxis{axis}.domain", new[] { start, start + width }), ($"xaxis{axis}.anchor", "y" + axis),
                ($"xaxis{axis}.title.text", Markup.ChartText(matrices[m].Name)), ($"xaxis{axis}.showgrid", false),
                ($"xaxis{axis}.zeroline", false), ($"xaxis{axis}.constrain", "domain"),
                ($"yaxis{axis}.anchor", "x" + axis), ($"yaxis{axis}.autorange", "reversed"), ($"yaxis{axis}.showgrid", false),
                ($"yaxis{axis}.zeroline", false), ($"yaxis{axis}.scaleanchor", "x" + axis), ($"yaxis{axis}.constrain", "domain"));
        }

        if (bars.Count > 0)
        {
            Bars(figure);
        }

        return figure.Layout(("yaxis.title.text", bars.Count > 0 ? "stimulus, sorted by category" : "stimulus"), ("margin.t", 16),
            ("margin.r", 8), ("margin.l", 56), ("margin.b", 56)).ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture,
            $"{title}: dissimilarity of {matrices[0].Matrix.Rows} stimuli, pair by pair, in "
            + $"{string.Join(", ", matrices.Select(matrix => matrix.Name))}"
            + $"{(bars.Count == 0 ? string.Empty : "; categories " + string.Join(", ", bars.Select(bar => $"{bar.Name} ({bar.Count})")))}");

    // a coloured bar along both axes, the name below the first matrix
    private void Bars(PlotlyFigure figure)
    {
        const double Near = -0.035;
        var shapes = new List<Dictionary<string, object>>();
        for (var m = 0; m < matrices.Count; m++)
        {
            var axis = m == 0 ? string.Empty : (m + 1).ToString(CultureInfo.InvariantCulture);
            foreach (var ((_, start, count), i) in bars.Select((bar, i) => (bar, i)))
            {
                var (from, to, colour) = (start - 0.5, start + count - 0.5, Colours[i % Colours.Length]);
                Dictionary<string, object> Shape(string x, string y, double x0, double x1, double y0, double y1) => new()
                {
                    ["type"] = "rect", ["xref"] = x, ["yref"] = y, ["x0"] = x0, ["x1"] = x1, ["y0"] = y0, ["y1"] = y1,
                    ["fillcolor"] = colour, ["line"] = new Dictionary<string, object> { ["width"] = 0 },
                };
                shapes.Add(Shape("x" + axis, $"y{axis} domain", from, to, Near, 0));
                shapes.Add(Shape($"x{axis} domain", "y" + axis, Near, 0, from, to));
            }

            var (middles, names) = (bars.Select(bar => bar.Start + ((bar.Count - 1) / 2.0)).ToArray(),
                bars.Select(bar => Markup.ChartText(bar.Name)).ToArray());
            figure.Layout(($"xaxis{axis}.tickvals", middles), ($"xaxis{axis}.ticktext", names), ($"xaxis{axis}.ticklabelstandoff", 8),
                ($"xaxis{axis}.automargin", true), ($"xaxis{axis}.title.standoff", 12), ($"yaxis{axis}.showticklabels", false));
        }

        figure.Layout(("shapes", shapes));
    }

    private (int[] Places, double[][] Percent) Percent(Representation matrix)
    {
        var step = Math.Max(1, (matrix.Rows + Most - 1) / Most);
        var places = Enumerable.Range(0, (matrix.Rows + step - 1) / step).Select(i => i * step).ToArray();
        var values = matrix.Values.Numbers<double>();
        var shown = places.Select(i => places.Select(j => values[((long)order[i] * matrix.Rows) + order[j]]).ToArray()).ToArray();
        var sorted = shown.SelectMany((row, i) => row.Where((_, j) => j != i)).Order().ToArray();
        return (places,
            [.. shown.Select((row, i) => row.Select((value, j) => i == j ? 0 : 100.0 * Below(sorted, value) / sorted.Length).ToArray())]);
    }

    private static int Below(double[] sorted, double value)
    {
        var place = Array.BinarySearch(sorted, value);
        return place < 0 ? ~place : place;
    }
}
