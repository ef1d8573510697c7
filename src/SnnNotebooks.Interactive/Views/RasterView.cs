using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>A spike raster: time to the right, neurons downwards, the population's rate above and each neuron's rate at the right.</summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class RasterView : View
{
    private const double Left = 64;
    private const double Top = 56;
    private const double Width = 600;
    private const double RateWidth = 70;

    // beyond so many spikes single marks are smaller than a pixel, and a picture is smaller than a drawing
    private const int MostMarks = 20_000;
    private readonly bool[,] fires;
    private readonly string title;
    private readonly double[] population;
    private readonly double[] perNeuron;
    private readonly int count;

    /// <summary>Reads the spikes; the tensor is not kept.</summary>
    /// <param name="spikes">[T, N], or [T, ...], whose other axes are flattened; anything but zero is a spike.</param>
    /// <param name="title">A line above the raster.</param>
    /// <exception cref="ArgumentException">The tensor has no axes, or no element.</exception>
    public RasterView(Tensor spikes, string title)
    {
        ArgumentNullException.ThrowIfNull(spikes);
        if (spikes.dim() == 0 || spikes.numel() == 0)
        {
            throw new ArgumentException($"A raster needs spikes [T, N]; this is [{string.Join(", ", spikes.shape)}].", nameof(spikes));
        }

        using var scope = NewDisposeScope();
        var flat = spikes.detach().cpu().reshape(spikes.shape[0], -1).ne(0);
        var (steps, neurons) = ((int)flat.shape[0], (int)flat.shape[1]);
        fires = new bool[steps, neurons];
        Buffer.BlockCopy(flat.contiguous().data<bool>().ToArray(), 0, fires, 0, steps * neurons);
        (population, perNeuron, this.title) = (new double[steps], new double[neurons], title);
        for (var t = 0; t < steps; t++)
        {
            for (var n = 0; n < neurons; n++)
            {
                if (fires[t, n])
                {
                    count++;
                    population[t] += 1.0 / neurons;
                    perNeuron[n] += 1.0 / steps;
                }
            }
        }
    }

    private string Summary => string.Create(CultureInfo.InvariantCulture, $"{count} spikes of {perNeuron.Length} neurons in {population.Length} time steps, mean rate {(double)count / fires.Length:0.000} per step");

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var (steps, neurons) = (population.Length, perNeuron.Length);
        var height = Math.Clamp(neurons * 6.0, 120, 420);
        var (stepWidth, rowHeight) = (Width / steps, height / neurons);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<figure class=\"snn-figure\" style=\"margin:0\"><svg viewBox=\"0 0 {Left + Width + RateWidth + 24} {Top + height + 44}\" style=\"width:100%;max-width:820px;font:12px sans-serif\" fill=\"currentColor\" role=\"img\" aria-label=\"{Markup.Escape(title)}: {Summary}\">");
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"13\" font-size=\"13\" font-weight=\"600\">{Markup.Escape(title)}</text>");
        var peak = Math.Max(population.Max(), 1e-9);
        for (var t = 0; t < steps; t++)
        {
            var bar = 28 * population[t] / peak;
            Rectangle(svg, Left + (t * stepWidth), Top - 6 - bar, Math.Max(stepWidth * 0.9, 0.5), bar, Palette.Orange);
        }

        Label(svg, Left - 6, Top - 14, "end", "rate");
        if (count <= MostMarks)
        {
            Marks(svg, stepWidth, rowHeight);
        }
        else
        {
            svg.Append(CultureInfo.InvariantCulture, $"<image x=\"{Left}\" y=\"{Top}\" width=\"{Width}\" height=\"{Markup.Coordinate(height)}\" preserveAspectRatio=\"none\" href=\"{Picture(height)}\"/>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Left}\" y=\"{Top}\" width=\"{Width}\" height=\"{Markup.Coordinate(height)}\" fill=\"none\" stroke=\"currentColor\" stroke-opacity=\"0.4\"/>");
        var highest = Math.Max(perNeuron.Max(), 1e-9);
        var rows = Math.Min(neurons, 420);
        for (var row = 0; row < rows; row++)
        {
            // neurons that share a pixel row share a bar: their mean
            var (first, last) = (row * neurons / rows, Math.Max((row + 1) * neurons / rows, (row * neurons / rows) + 1));
            var mean = perNeuron[first..last].Average();
            Rectangle(svg, Left + Width + 6, Top + (row * height / rows), RateWidth * mean / highest, Math.Max(height / rows * 0.9, 0.5), Palette.Green);
        }

        Label(svg, Left + Width + 6, Top - 6, "start", $"rate, max {Markup.Number(highest)}");
        foreach (var tick in Ticks(steps))
        {
            Label(svg, Left + ((tick + 0.5) * stepWidth), Top + height + 16, "middle", tick.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var tick in Ticks(neurons))
        {
            Label(svg, Left - 6, Top + ((tick + 0.5) * rowHeight) + 4, "end", tick.ToString(CultureInfo.InvariantCulture));
        }

        Label(svg, Left + (Width / 2), Top + height + 36, "middle", "time step");
        svg.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(14 {Markup.Coordinate(Top + (height / 2))}) rotate(-90)\" text-anchor=\"middle\">neuron</text></svg>");
        return svg.Append(CultureInfo.InvariantCulture, $"<figcaption style=\"opacity:.75;font-size:13px\">{Summary}</figcaption></figure>").ToString();
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder(title);
        for (var n = 0; n < Math.Min(perNeuron.Length, 32); n++)
        {
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"{n,5} ");
            for (var t = 0; t < Math.Min(population.Length, 100); t++)
            {
                text.Append(fires[t, n] ? '|' : '.');
            }
        }

        return text.AppendLine().Append(Summary).ToString();
    }

    private static IEnumerable<int> Ticks(int length)
    {
        var step = Math.Max(1, (int)Math.Pow(10, Math.Ceiling(Math.Log10(length / 10.0))));
        step = length / step < 3 && step >= 2 ? step / 2 : step;
        for (var tick = 0; tick < length; tick += step)
        {
            yield return tick;
        }
    }

    private static void Rectangle(StringBuilder svg, double x, double y, double width, double height, string colour) =>
        svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{Markup.Coordinate(x)}\" y=\"{Markup.Coordinate(y)}\" width=\"{Markup.Coordinate(width)}\" height=\"{Markup.Coordinate(height)}\" fill=\"{colour}\"/>");

    private static void Label(StringBuilder svg, double x, double y, string anchor, string text) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Markup.Coordinate(x)}\" y=\"{Markup.Coordinate(y)}\" text-anchor=\"{anchor}\">{text}</text>");

    private void Marks(StringBuilder svg, double stepWidth, double rowHeight)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<path stroke=\"{Palette.Blue}\" stroke-width=\"{Markup.Coordinate(Math.Clamp(stepWidth * 0.5, 0.8, 60))}\" d=\"");
        for (var t = 0; t < population.Length; t++)
        {
            for (var n = 0; n < perNeuron.Length; n++)
            {
                if (fires[t, n])
                {
                    svg.Append(CultureInfo.InvariantCulture, $"M{Markup.Coordinate(Left + ((t + 0.5) * stepWidth))} {Markup.Coordinate(Top + ((n + 0.1) * rowHeight))}v{Markup.Coordinate(Math.Max(rowHeight * 0.8, 0.6))}");
                }
            }
        }

        svg.Append("\"/>");
    }

    /// <summary>The raster as a picture in which a pixel is the darker the more of its spikes fire.</summary>
    private string Picture(double height)
    {
        var (columns, rows) = (Math.Min(population.Length, (int)Width * 2), Math.Min(perNeuron.Length, (int)height * 2));
        var hits = new int[columns * rows];
        for (var t = 0; t < population.Length; t++)
        {
            for (var n = 0; n < perNeuron.Length; n++)
            {
                hits[((int)((long)n * rows / perNeuron.Length) * columns) + (int)((long)t * columns / population.Length)] += fires[t, n] ? 1 : 0;
            }
        }

        var most = Math.Max(1, hits.Max());
        var pixels = new byte[hits.Length * 4];
        for (var i = 0; i < hits.Length; i++)
        {
            (pixels[4 * i], pixels[(4 * i) + 1], pixels[(4 * i) + 2]) = (0x3b, 0x8f, 0xc4);
            pixels[(4 * i) + 3] = (byte)Math.Round(255.0 * hits[i] / most);
        }

        return Png.DataUri(pixels, columns, rows);
    }
}
