using System.Globalization;
using System.Text;

namespace SnnNotebooks.Interactive.Figures;

/// <summary>A small histogram of a tensor's values.</summary>
internal static class HistogramDrawing
{
    /// <summary>The histogram as SVG, from the lowest to the highest finite value.</summary>
    /// <param name="of">At least one finite value.</param>
    public static string Svg(TensorStatistics of)
    {
        var svg = new StringBuilder();
        var most = of.Histogram.Max();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 200 88\" width=\"200\" height=\"88\" fill=\"currentColor\" style=\"font:11px sans-serif\" role=\"img\" "
            + $"aria-label=\"histogram of the values from {Markup.Number(of.Min)} to {Markup.Number(of.Max)}, highest bar {most}\">");
        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"0\" y=\"9\" opacity=\"0.75\">count, max {most:N0}</text><path fill=\"{Palette.Blue}\" d=\"");
        for (var bin = 0; bin < of.Histogram.Length; bin++)
        {
            // a bin that holds anything shows at least a line
            var bar = of.Histogram[bin] == 0 ? 0 : Math.Max(1, 56.0 * of.Histogram[bin] / most);
            svg.Append(CultureInfo.InvariantCulture, $"M{bin * 5} 72v{Markup.Coordinate(-bar)}h4.4v{Markup.Coordinate(bar)}z");
        }

        return svg.Append(CultureInfo.InvariantCulture,
            $"\"/><path d=\"M0 72.5H200\" stroke=\"currentColor\" stroke-opacity=\"0.4\"/><text x=\"0\" "
            + $"y=\"85\">{Markup.Number(of.Min)}</text><text x=\"200\" y=\"85\" text-anchor=\"end\">{Markup.Number(of.Max)}</text></svg>")
                .ToString();
    }
}
