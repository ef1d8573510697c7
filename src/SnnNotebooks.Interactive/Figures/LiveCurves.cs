using System.Globalization;
using System.Text;

namespace SnnNotebooks.Interactive.Figures;

/// <summary>
/// Two small curves that grow while a network trains: the loss, and the accuracies. However long it takes, they stay small.
/// </summary>
internal sealed class LiveCurves
{
    private const int Most = 256;
    private const double Width = 180;
    private const double Height = 72;

    private readonly List<(double Epoch, double Loss, double Accuracy)> training = [];
    private readonly List<(double Epoch, double Accuracy)> test = [];

    /// <summary>Adds how training went up to a moment.</summary>
    /// <param name="epoch">Epochs done, with the part of the one under way.</param>
    /// <param name="loss">Mean loss of the epoch so far.</param>
    /// <param name="accuracy">In [0, 1].</param>
    public void Add(double epoch, double loss, double accuracy)
    {
        training.Add((epoch, loss, accuracy));
        Thin(training);
    }

    /// <summary>Adds what a test gave.</summary>
    /// <param name="epoch">After so many epochs.</param>
    /// <param name="accuracy">In [0, 1].</param>
    public void AddTest(double epoch, double accuracy)
    {
        test.Add((epoch, accuracy));
        Thin(test);
    }

    /// <summary>Both as SVG; nothing before there is a line to draw.</summary>
    /// <param name="epochs">Where the axis ends.</param>
    public string Svg(int epochs)
    {
        var losses = training.Select(point => (point.Epoch, Value: point.Loss)).Where(point => double.IsFinite(point.Value)).ToArray();
        if (losses.Length < 2)
        {
            return string.Empty;
        }

        var accuracies = training.Select(point => (point.Epoch, Value: 100 * point.Accuracy))
            .Where(point => double.IsFinite(point.Value)).ToArray();
        var tests = test.Select(point => (point.Epoch, Value: 100 * point.Accuracy)).Where(point => double.IsFinite(point.Value)).ToArray();
        var (most, last) = (losses.Max(point => point.Value), accuracies.Select(point => point.Value).LastOrDefault());
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 480 112\" width=\"480\" height=\"112\" fill=\"currentColor\" style=\"font:11px "
            + $"sans-serif;max-width:100%;display:block;margin:6px 0\" role=\"img\" aria-label=\"loss "
            + $"{Markup.Number(losses[^1].Value)}, training accuracy {Markup.Percent(last)}, over {Markup.Number(losses[^1].Epoch)} of "
            + $"{epochs} epochs\">");
        Panel(svg, 44, "loss", most > 0 ? most : 1, epochs);
        Line(svg, 44, losses, most > 0 ? most : 1, epochs, Palette.Vermillion, string.Empty);
        Panel(svg, 288, "accuracy (%)", 100, epochs);
        Line(svg, 288, accuracies, 100, epochs, Palette.Orange, "stroke-dasharray=\"2 2\"");
        Line(svg, 288, tests, 100, epochs, Palette.Blue, string.Empty);
        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"468\" y=\"9\" text-anchor=\"end\"><tspan fill=\"{Palette.Orange}\">training</tspan> <tspan "
            + $"fill=\"{Palette.Blue}\">test</tspan></text>");
        return svg.Append("</svg>").ToString();
    }

    // every second point goes: what is left still covers the whole run
    private static void Thin<T>(List<T> points)
    {
        for (var i = points.Count > Most ? points.Count - 2 : 0; i > 0; i -= 2)
        {
            points.RemoveAt(i);
        }
    }

    private static void Panel(StringBuilder svg, double left, string name, double high, int epochs) => svg.Append(
        CultureInfo.InvariantCulture,
        $"<text x=\"{left}\" y=\"9\">{name}</text><path fill=\"none\" stroke=\"currentColor\" stroke-opacity=\"0.4\" d=\"M{left} "
        + $"14v{Height}h{Width}\"/><text x=\"{left - 5}\" y=\"22\" text-anchor=\"end\">{Markup.Number(high)}</text><text "
        + $"x=\"{left - 5}\" y=\"{14 + Height}\" text-anchor=\"end\">0</text><text x=\"{left}\" y=\"{28 + Height}\">0</text><text "
        + $"x=\"{left + Width}\" y=\"{28 + Height}\" text-anchor=\"end\">{epochs} epochs</text>");

    private static void Line(
        StringBuilder svg, double left, (double Epoch, double Value)[] points, double high, int epochs, string colour, string style)
    {
        var places = points.Select(point => (
            X: Markup.Coordinate(left + (Width * Math.Clamp(point.Epoch / Math.Max(1, epochs), 0, 1))),
            Y: Markup.Coordinate(14 + (Height * (1 - Math.Clamp(point.Value / high, 0, 1)))))).ToArray();
        if (places.Length > 1)
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\" stroke-linejoin=\"round\" {style} "
                + $"points=\"{string.Join(' ', places.Select(place => $"{place.X},{place.Y}"))}\"/>");
        }

        if (places.Length > 0)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{places[^1].X}\" cy=\"{places[^1].Y}\" r=\"2.5\" fill=\"{colour}\"/>");
        }
    }
}
