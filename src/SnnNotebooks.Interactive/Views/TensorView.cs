using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// A tensor at one glance: shape, type, device, statistics, histogram, and a picture that fits its rank (values, line or heat map).
/// Of a tensor with more than a million elements an evenly spaced sample is read, and the view says so.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class TensorView : View
{
    private const long MostRead = 1_000_000;
    private const int MostPixels = 256;
    private const int Bins = 40;
    private readonly (string Name, string Value)[] facts;
    private readonly double[] finite;
    private readonly double[] values;
    private readonly long[] shape;
    private readonly double[,]? map;

    /// <summary>Reads the tensor; it is not kept.</summary>
    /// <param name="tensor">Any shape, any real type.</param>
    /// <param name="axes">Names of its axes, for example T, B, C; none where they are not known.</param>
    /// <exception cref="ArgumentException">There are names, but not one for each axis; or the numbers are complex.</exception>
    public TensorView(Tensor tensor, params string[] axes)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(axes);
        if (axes.Length != 0 && axes.Length != tensor.dim())
        {
            throw new ArgumentException($"The tensor has {tensor.dim()} axes and {axes.Length} names were given.", nameof(axes));
        }

        if (tensor.is_complex())
        {
            throw new ArgumentException("Complex tensors are not shown: show tensor.abs() or tensor.real.", nameof(tensor));
        }

        using var scope = NewDisposeScope();
        var source = tensor.detach();
        shape = tensor.shape;
        var flat = source.reshape(-1);
        var stride = Math.Max(1, (flat.numel() + MostRead - 1) / MostRead);
        var read = flat.numel() == 0 ? flat : flat.slice(0, 0, flat.numel(), stride);
        values = read.cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray();
        finite = [.. values.Where(double.IsFinite)];
        map = shape.Length >= 2 && flat.numel() > 0 ? Map(source) : null;
        facts = [.. Facts(tensor, axes, stride)];
    }

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var html = new StringBuilder("<div class=\"snn-figure\" style=\"display:flex;flex-wrap:wrap;gap:20px;align-items:flex-start\"><table style=\"border-collapse:collapse;font-size:13px\">");
        foreach (var (name, value) in facts)
        {
            var colour = name is "NaN" or "infinite" ? $";color:{Palette.Vermillion};font-weight:600" : string.Empty;
            html.Append(CultureInfo.InvariantCulture, $"<tr><th style=\"text-align:left;padding:1px 12px 1px 0;font-weight:500;opacity:.75\">{name}</th><td style=\"padding:1px 0{colour}\">{Markup.Escape(value)}</td></tr>");
        }

        html.Append("</table>");
        Histogram(html);
        if (map is not null)
        {
            HeatMap(html);
        }
        else if (values.Length > 16)
        {
            Line(html);
        }
        else if (values.Length > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<code>{string.Join(", ", values.Select(Markup.Number))}</code>");
        }

        return html.Append("</div>").ToString();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = string.Join(Environment.NewLine, facts.Select(fact => $"{fact.Name,-12}{fact.Value}"));
        return values.Length is > 0 and <= 16 ? text + Environment.NewLine + $"{"values",-12}{string.Join(", ", values.Select(Markup.Number))}" : text;
    }

    private IEnumerable<(string Name, string Value)> Facts(Tensor tensor, string[] axes, long stride)
    {
        yield return ("shape", "[" + string.Join(", ", shape.Select((length, axis) => axes.Length > 0 ? $"{axes[axis]} {length}" : length.ToString(CultureInfo.InvariantCulture))) + "]");
        yield return ("type", $"{tensor.dtype} on {tensor.device}{(tensor.requires_grad ? ", requires gradient" : string.Empty)}");
        if (finite.Length > 0)
        {
            var mean = finite.Average();
            yield return ("range", $"{Markup.Number(finite.Min())} to {Markup.Number(finite.Max())}");
            yield return ("mean", $"{Markup.Number(mean)}, standard deviation {Markup.Number(Math.Sqrt(finite.Average(value => (value - mean) * (value - mean))))}");
            yield return ("zeros", Markup.Percent(100.0 * finite.Count(value => value == 0) / values.Length));
        }

        var (nan, infinite) = (values.Count(double.IsNaN), values.Count(double.IsInfinity));
        if (nan > 0)
        {
            yield return ("NaN", nan.ToString(CultureInfo.InvariantCulture));
        }

        if (infinite > 0)
        {
            yield return ("infinite", infinite.ToString(CultureInfo.InvariantCulture));
        }

        if (stride > 1)
        {
            yield return ("sampled", $"every {stride}th of {tensor.numel()} elements was read");
        }
    }

    /// <summary>The last two axes, at index 0 of all others, thinned to at most 256 x 256.</summary>
    private static double[,] Map(Tensor source)
    {
        var plane = source;
        while (plane.dim() > 2)
        {
            plane = plane.select(0, 0);
        }

        var (rows, columns) = (plane.shape[0], plane.shape[1]);
        var thin = plane.slice(0, 0, rows, (rows + MostPixels - 1) / MostPixels).slice(1, 0, columns, (columns + MostPixels - 1) / MostPixels).cpu().to(ScalarType.Float64).contiguous();
        var map = new double[thin.shape[0], thin.shape[1]];
        Buffer.BlockCopy(thin.data<double>().ToArray(), 0, map, 0, map.Length * sizeof(double));
        return map;
    }

    private void Histogram(StringBuilder html)
    {
        if (finite.Length == 0)
        {
            return;
        }

        var (low, high) = (finite.Min(), finite.Max());
        var counts = new int[Bins];
        foreach (var value in finite)
        {
            counts[high > low ? Math.Min(Bins - 1, (int)((value - low) / (high - low) * Bins)) : 0]++;
        }

        html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 200 76\" width=\"200\" height=\"76\" fill=\"currentColor\" style=\"font:11px sans-serif\" role=\"img\" aria-label=\"histogram from {Markup.Number(low)} to {Markup.Number(high)}\">");
        for (var bin = 0; bin < Bins; bin++)
        {
            var bar = 58.0 * counts[bin] / counts.Max();
            html.Append(CultureInfo.InvariantCulture, $"<rect x=\"{bin * 5}\" y=\"{Markup.Coordinate(60 - bar)}\" width=\"4.4\" height=\"{Markup.Coordinate(bar)}\" fill=\"{Palette.Blue}\"/>");
        }

        html.Append(CultureInfo.InvariantCulture, $"<text x=\"0\" y=\"73\">{Markup.Number(low)}</text><text x=\"200\" y=\"73\" text-anchor=\"end\">{Markup.Number(high)}</text></svg>");
    }

    private void HeatMap(StringBuilder html)
    {
        var (rows, columns) = (map!.GetLength(0), map.GetLength(1));
        var seen = map.Cast<double>().Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        var (low, high) = (seen.Min(), seen.Max());
        var pixels = new byte[rows * columns * 4];
        for (var i = 0; i < rows * columns; i++)
        {
            (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2]) = Palette.Of((map[i / columns, i % columns] - low) / Math.Max(high - low, 1e-300));
            pixels[(4 * i) + 3] = 255;
        }

        var place = shape.Length > 2 ? $" at [{string.Join(", ", Enumerable.Repeat("0", shape.Length - 2))}]" : string.Empty;
        var caption = $"{shape[^2]} x {shape[^1]}{place}, {Markup.Number(low)} (dark) to {Markup.Number(high)} (yellow){(rows < shape[^2] || columns < shape[^1] ? ", thinned" : string.Empty)}";
        var (width, height) = columns >= rows ? (240.0, Math.Max(24, 240.0 * rows / columns)) : (Math.Max(24, 240.0 * columns / rows), 240.0);
        html.Append(CultureInfo.InvariantCulture, $"<figure style=\"margin:0;font-size:12px\"><img src=\"{Png.DataUri(pixels, columns, rows)}\" alt=\"heat map, {caption}\" style=\"width:{Markup.Coordinate(width)}px;height:{Markup.Coordinate(height)}px;image-rendering:pixelated;display:block\"/><figcaption style=\"opacity:.75\">{caption}</figcaption></figure>");
    }

    private void Line(StringBuilder html)
    {
        var count = Math.Min(values.Length, 400);
        var (low, high) = finite.Length == 0 ? (0.0, 1.0) : (finite.Min(), finite.Max());
        html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 400 100\" width=\"400\" height=\"100\" fill=\"none\" role=\"img\" aria-label=\"values along the axis\"><polyline stroke=\"{Palette.Blue}\" stroke-width=\"1.5\" points=\"");
        for (var i = 0; i < count; i++)
        {
            var value = values[(int)((long)i * values.Length / count)];
            if (double.IsFinite(value))
            {
                html.Append(CultureInfo.InvariantCulture, $"{Markup.Coordinate(400.0 * i / count)},{Markup.Coordinate(95 - (90 * (value - low) / Math.Max(high - low, 1e-300)))} ");
            }
        }

        html.Append("\"/></svg>");
    }
}
