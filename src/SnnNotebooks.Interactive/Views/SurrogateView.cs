using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// Surrogates side by side: the derivative each uses, and the smooth function it is the derivative of, over the distance from the
/// threshold.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class SurrogateView : View
{
    private const int Points = 201;
    private const double Width = 210;
    private const double Height = 112;
    private readonly double range;
    private readonly IReadOnlyList<Curve> curves;

    /// <summary>Evaluates the surrogates.</summary>
    /// <param name="surrogates">What to draw.</param>
    /// <param name="range">From minus this to this, above 0.</param>
    /// <exception cref="ArgumentException">There is none, or the range is not above 0.</exception>
    public SurrogateView(IReadOnlyList<Surrogate> surrogates, double range = 2.0)
    {
        ArgumentNullException.ThrowIfNull(surrogates);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(range);
        if (surrogates.Count == 0)
        {
            throw new ArgumentException("There is no surrogate to draw.", nameof(surrogates));
        }

        this.range = range;
        using var scope = NewDisposeScope();
        using var off = no_grad();
        // the middle one is exactly 0
        var u = (arange(0, Points, dtype: ScalarType.Float64, device: CPU) - (Points / 2)) * (2 * range / (Points - 1));
        double[] Values(Tensor tensor) => tensor.Numbers<double>();
        curves =
            [.. surrogates.Select(
                surrogate => new Curve(surrogate.ToString(), Values(surrogate.Gradient(u)),
                    surrogate.Primitive(u) is { } smooth ? Values(smooth) : null))];
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var html = new StringBuilder("<div style=\"font-size:12px;margin:4px 0\">")
            .Append(CultureInfo.InvariantCulture,
                $"<span style=\"color:{Palette.Blue};font-weight:600\">&#9644; derivative in the backward pass</span> &nbsp; <span "
                + $"style=\"color:{Palette.Orange};font-weight:600\">&#9476; its primitive</span> &nbsp; <span "
                + $"style=\"color:{Palette.Grey};font-weight:600\">&#9644; the spike itself</span> &nbsp; u = H - threshold from "
                + $"{-range:0.##} to {range:0.##}")
            .Append("</div><div style=\"display:flex;flex-wrap:wrap;gap:10px\">");
        foreach (var curve in curves)
        {
            html.Append(Panel(curve));
        }

        return html.Append("</div>").ToString();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder("surrogate                              g'(-1)   g'(0)   g'(1)");
        foreach (var curve in curves)
        {
            double At(double u) => curve.Gradient[(int)Math.Round((Math.Clamp(u, -range, range) + range) / (2 * range) * (Points - 1))];
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"{curve.Name,-36} {At(-1),8:0.000} {At(0),7:0.000} {At(1),7:0.000}");
        }

        return text.ToString();
    }

    private static string Panel(Curve curve)
    {
        var shown = curve.Gradient.Concat(curve.Primitive ?? []).Where(double.IsFinite).Append(0).Append(1).ToArray();
        var (low, high) = (Math.Max(shown.Min(), -2), Math.Min(shown.Max(), 4));
        double X(int i) => Width * i / (Points - 1);
        double Y(double value) => 4 + ((Height - 8) * (high - value) / (high - low));
        string Path(IReadOnlyList<double> values) => string.Join(' ', values
            .Select((value, i) => (value, i)).Where(point => double.IsFinite(point.value))
            .Select(point => $"{Markup.Coordinate(X(point.i))},{Markup.Coordinate(Y(Math.Clamp(point.value, low, high)))}"));
        var (zero, middle) = (Markup.Coordinate(Y(0)), Markup.Coordinate(Width / 2));
        var svg = new StringBuilder()
            .Append(CultureInfo.InvariantCulture,
                $"<figure style=\"margin:0;width:{Width}px\"><figcaption "
                + $"style=\"font-size:12px;font-weight:600;white-space:nowrap;overflow:hidden;text-overflow:ellipsis\" "
                + $"title=\"{Markup.Escape(curve.Name)}\">{Markup.Escape(curve.Name)}<div "
                + $"style=\"font-weight:400;opacity:0.75\">derivative at 0: {Markup.Number(curve.Gradient[Points / 2])}</div></figcaption>")
            .Append(CultureInfo.InvariantCulture,
                $"<svg role=\"img\" aria-label=\"{Markup.Escape(curve.Name)}: derivative {Markup.Number(curve.Gradient[Points / 2])} at "
                + $"the threshold\" width=\"{Width}\" height=\"{Height}\" viewBox=\"0 0 {Width} {Height}\">")
            .Append(CultureInfo.InvariantCulture,
                $"<g stroke=\"currentColor\" stroke-opacity=\"0.25\"><line x1=\"0\" x2=\"{Width}\" y1=\"{zero}\" y2=\"{zero}\"/><line "
                + $"x1=\"{middle}\" x2=\"{middle}\" y1=\"0\" y2=\"{Height}\"/></g>")
            .Append(CultureInfo.InvariantCulture,
                $"<polyline fill=\"none\" stroke=\"{Palette.Grey}\" stroke-width=\"1.5\" "
                + $"points=\"0,{zero} {middle},{zero} {middle},{Markup.Coordinate(Y(1))} {Width},{Markup.Coordinate(Y(1))}\"/>");
        if (curve.Primitive is { } primitive)
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"<polyline fill=\"none\" stroke=\"{Palette.Orange}\" stroke-width=\"1.5\" stroke-dasharray=\"5 3\" "
                + $"points=\"{Path(primitive)}\"/>");
        }

        return svg
            .Append(CultureInfo.InvariantCulture,
                $"<polyline fill=\"none\" stroke=\"{Palette.Blue}\" stroke-width=\"2\" points=\"{Path(curve.Gradient)}\"/>")
            .Append("</svg></figure>")
            .ToString();
    }

    private sealed record Curve(string Name, double[] Gradient, double[]? Primitive);
}
