using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Training;

namespace SnnNotebooks.Interactive.Views;

/// <summary>Which classes are taken for which.</summary>
/// <param name="confusion">The counts.</param>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class ConfusionMatrixView(ConfusionMatrix confusion) : View
{
    private string Title => string.Create(CultureInfo.InvariantCulture, $"accuracy {100 * confusion.Accuracy:0.0} % of {confusion.Total} test images");

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var names = confusion.ClassNames.Select(Markup.Escape).ToArray();
        var classes = names.Length;
        var percent = new double[classes][];
        var text = new string[classes][];
        for (var actual = 0; actual < classes; actual++)
        {
            var total = Math.Max(1, Enumerable.Range(0, classes).Sum(predicted => confusion[actual, predicted]));
            percent[actual] = [.. Enumerable.Range(0, classes).Select(predicted => 100.0 * confusion[actual, predicted] / total)];
            text[actual] = [.. Enumerable.Range(0, classes).Select(predicted => confusion[actual, predicted] == 0 ? string.Empty : confusion[actual, predicted].ToString(CultureInfo.InvariantCulture))];
        }

        return new PlotlyFigure($"Confusion matrix, {Title}", 520)
            .Add(
                "heatmap", ("z", percent), ("x", names), ("y", names), ("text", text), ("texttemplate", "%{text}"), ("colorscale", "Viridis"),
                ("hovertemplate", "true %{y}<br>taken for %{x}<br>%{text} images (%{z:.1f} % of the class)<extra></extra>"),
                ("colorbar.title.text", "% of class"), ("zmin", 0), ("zmax", 100))
            .Layout(
                ("title.text", Title), ("xaxis.title.text", "taken for"), ("xaxis.tickangle", -40), ("xaxis.automargin", true),
                ("yaxis.title.text", "true class"), ("yaxis.autorange", "reversed"), ("yaxis.automargin", true), ("margin.t", 48), ("margin.r", 8))
            .ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder(Title);
        foreach (var actual in Enumerable.Range(0, confusion.ClassNames.Count))
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"{confusion.ClassNames[actual],-14}");
            foreach (var predicted in Enumerable.Range(0, confusion.ClassNames.Count))
            {
                text.Append(CultureInfo.InvariantCulture, $"{confusion[actual, predicted],6}");
            }
        }

        return text.ToString();
    }
}
