using System.Globalization;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Similarity;

namespace SnnNotebooks.Interactive.Views;

/// <summary>Representational dissimilarity matrices side by side: how far apart each pair of stimuli is, as ranks in percent so that they can be compared.</summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class DissimilarityView : View
{
    private const int Most = 160; // stimuli; more are thinned out

    private readonly IReadOnlyList<(string Name, Representation Matrix)> matrices;
    private readonly string title;

    /// <summary>Takes the matrices.</summary>
    /// <param name="matrices">Pairwise representations, for example of <see cref="Rsa"/>; all of the same stimuli.</param>
    /// <param name="title">A line above them.</param>
    /// <exception cref="ArgumentException">There is none, one is not pairwise or undefined, or the stimuli differ in number.</exception>
    public DissimilarityView(IReadOnlyList<(string Name, Representation Matrix)> matrices, string title)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        if (matrices.Count == 0 || matrices.Any(matrix => !matrix.Matrix.Pairwise || matrix.Matrix.Rows != matrices[0].Matrix.Rows))
        {
            throw new ArgumentException("Matrices [stimuli, stimuli] of the same stimuli are shown, at least one; make them with Rsa.", nameof(matrices));
        }

        (this.matrices, this.title) = (matrices, title);
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
                "heatmap", ("z", percent), ("x", places), ("y", places), ("xaxis", "x" + axis), ("yaxis", "y" + axis), ("colorscale", "Viridis"), ("zmin", 0), ("zmax", 100), ("showscale", m == matrices.Count - 1),
                ("colorbar.title.text", "rank<br>(%)"), ("colorbar.thickness", 14), ("hovertemplate", $"{Markup.Escape(matrices[m].Name)}<br>stimuli %{{y}} and %{{x}}<br>farther apart than %{{z:.0f}} % of pairs<extra></extra>"));
            figure.Layout(
                ($"xaxis{axis}.domain", new[] { start, start + width }), ($"xaxis{axis}.anchor", "y" + axis), ($"xaxis{axis}.title.text", Markup.Escape(matrices[m].Name)), ($"xaxis{axis}.showgrid", false), ($"xaxis{axis}.zeroline", false), ($"xaxis{axis}.constrain", "domain"),
                ($"yaxis{axis}.anchor", "x" + axis), ($"yaxis{axis}.autorange", "reversed"), ($"yaxis{axis}.showgrid", false), ($"yaxis{axis}.zeroline", false), ($"yaxis{axis}.scaleanchor", "x" + axis), ($"yaxis{axis}.constrain", "domain"));
        }

        return figure.Layout(("yaxis.title.text", "stimulus"), ("margin.t", 16), ("margin.r", 8), ("margin.l", 56), ("margin.b", 56)).ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{title}: dissimilarity of {matrices[0].Matrix.Rows} stimuli, pair by pair, in {string.Join(", ", matrices.Select(matrix => matrix.Name))}");

    private static (int[] Places, double[][] Percent) Percent(Representation matrix)
    {
        var step = Math.Max(1, (matrix.Rows + Most - 1) / Most);
        var places = Enumerable.Range(0, (matrix.Rows + step - 1) / step).Select(i => i * step).ToArray();
        var values = matrix.Values.data<double>().ToArray();
        var shown = places.Select(i => places.Select(j => values[((long)i * matrix.Rows) + j]).ToArray()).ToArray();
        var sorted = shown.SelectMany((row, i) => row.Where((_, j) => j != i)).Order().ToArray();
        return (places, [.. shown.Select((row, i) => row.Select((value, j) => i == j ? 0 : 100.0 * Below(sorted, value) / sorted.Length).ToArray())]);
    }

    private static int Below(double[] sorted, double value)
    {
        var place = Array.BinarySearch(sorted, value);
        return place < 0 ? ~place : place;
    }
}
