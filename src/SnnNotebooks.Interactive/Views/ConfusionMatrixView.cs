using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Training;

namespace SnnNotebooks.Interactive.Views;

/// <summary>Which classes are taken for which: rows are true classes, columns predicted ones, colours the share of a row.</summary>
/// <param name="confusion">The counts.</param>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class ConfusionMatrixView(ConfusionMatrix confusion) : View
{
    // with more classes numbers would not fit into the squares; they are still there under the pointer
    private const int MostWithPercent = 12;
    private const int MostWithCounts = 25;

    private string Title => confusion.Total == 0
        ? "no samples"
        : string.Create(CultureInfo.InvariantCulture, $"accuracy {100 * confusion.Accuracy:0.0} % of {confusion.Total} samples");

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var classes = confusion.ClassNames.Count;
        var names = confusion.ClassNames.Select(Markup.ChartText).ToArray();
        var places = Enumerable.Range(0, classes).ToArray();
        var (percent, text, hover) = (new double[classes][], new string[classes][], new string[classes][]);
        foreach (var actual in places)
        {
            var total = places.Sum(predicted => confusion[actual, predicted]);
            percent[actual] = [.. places.Select(predicted => total == 0 ? 0 : 100.0 * confusion[actual, predicted] / total)];
            text[actual] = [.. places.Select(predicted => Text(confusion[actual, predicted], percent[actual][predicted], classes))];
            hover[actual] =
                [.. places.Select(
                    predicted => string.Create(
                        CultureInfo.InvariantCulture,
                        $"true class {names[actual]}<br>taken for {names[predicted]}<br>{confusion[actual, predicted]} of {total} "
                        + $"samples ({percent[actual][predicted]:0.0} %)"))];
        }

        // by place, not by name: classes of the same name stay apart
        return new PlotlyFigure(Title, $"Confusion matrix of {classes} classes, {Title}", Math.Clamp(150 + (40 * classes), 300, 720))
            .Add(
                "heatmap", ("z", percent), ("x", places), ("y", places), ("text", text), ("texttemplate", "%{text}"), ("textfont.size", 11),
                ("hovertext", hover), ("hoverinfo", "text"),
                ("colorscale", "Viridis"), ("colorbar.title.text", "% of<br>class"), ("colorbar.thickness", 14), ("zmin", 0), ("zmax", 100))
            .Layout(
                ("margin.t", 36), ("margin.r", 8), ("margin.l", 40), ("margin.b", 40),
                ("xaxis.title.text", "taken for"), ("xaxis.title.standoff", 12), ("xaxis.tickmode", "array"), ("xaxis.tickvals", places),
                ("xaxis.ticktext", names), ("xaxis.tickangle", -40), ("xaxis.automargin", true), ("xaxis.showgrid", false),
                ("xaxis.zeroline", false),
                ("yaxis.title.text", "true class"), ("yaxis.title.standoff", 12), ("yaxis.tickmode", "array"), ("yaxis.tickvals", places),
                ("yaxis.ticktext", names), ("yaxis.autorange", "reversed"), ("yaxis.automargin", true), ("yaxis.showgrid", false),
                ("yaxis.zeroline", false))
            .ToHtml();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var classes = Enumerable.Range(0, confusion.ClassNames.Count).ToArray();
        var width = Math.Clamp(confusion.ClassNames.Select(name => name.Length).DefaultIfEmpty(0).Max(), 4, 20);
        var text = new StringBuilder(Title).AppendLine().Append(' ', width + 2);
        foreach (var predicted in classes)
        {
            text.Append(CultureInfo.InvariantCulture, $"{predicted,6}");
        }

        foreach (var actual in classes)
        {
            var name = confusion.ClassNames[actual];
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"{actual,2} ")
                .Append((name.Length > width ? name[..width] : name).PadRight(width - 1));
            foreach (var predicted in classes)
            {
                text.Append(CultureInfo.InvariantCulture, $"{confusion[actual, predicted],6}");
            }
        }

        return text.Append(Environment.NewLine).Append("(rows: true class, columns: taken for)").ToString();
    }

    private static string Text(long count, double percent, int classes) =>
        count == 0 || classes > MostWithCounts ? string.Empty
        : classes > MostWithPercent ? count.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{count}<br>{percent:0} %");
}
