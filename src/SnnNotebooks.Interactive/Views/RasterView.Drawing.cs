using System.Globalization;
using System.Text;
using SnnNotebooks.Interactive.Figures;

namespace SnnNotebooks.Interactive.Views;

/// <content>How it is drawn.</content>
public sealed partial class RasterView
{
    private const double Left = 68;
    private const double Top = 80;
    private const double Gap = 12;
    private const double Strip = 36;
    private const double Margin = 84;
    private const double NeuronRoom = Margin - 14;
    private const int LeastDark = 70;

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<figure class=\"snn-figure snn-raster\" style=\"margin:0\"><div style=\"overflow-x:auto\"><svg tabindex=\"0\" viewBox=\"0 "
            + $"0 {Left + Width + Margin + 16} {Markup.Coordinate(Top + height + 46)}\" "
            + $"style=\"display:block;width:100%;min-width:640px;max-width:820px;font:12px sans-serif\" fill=\"currentColor\" "
            + $"role=\"img\" aria-label=\"{Markup.Escape(title)}: {Summary}\">");
        Label(svg, 2, 14, "start", $"<tspan font-weight=\"600\" font-size=\"13\">{Markup.Escape(title)}</tspan>");
        Population(svg);
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg class=\"snn-both\" x=\"{Left}\" y=\"{Top}\" width=\"{Width}\" height=\"{Markup.Coordinate(height)}\" viewBox=\"0 0 "
            + $"{Width} {Markup.Coordinate(height)}\" preserveAspectRatio=\"none\">");
        if (count <= MostMarks)
        {
            Marks(svg);
        }
        else
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"<image width=\"{Width}\" height=\"{Markup.Coordinate(height)}\" preserveAspectRatio=\"none\" "
                + $"style=\"image-rendering:{(columns < (int)Width ? "pixelated" : "auto")}\" href=\"{Picture()}\"/>");
        }

        svg.Append(CultureInfo.InvariantCulture,
            $"</svg><rect x=\"{Left}\" y=\"{Top}\" width=\"{Width}\" height=\"{Markup.Coordinate(height)}\" fill=\"none\" "
            + $"stroke=\"currentColor\" stroke-opacity=\"0.4\"/>");
        Neurons(svg);
        svg.Append("<g class=\"snn-ticks\">");
        foreach (var tick in Ticks(steps, 10))
        {
            var x = Left + ((tick + 0.5) * Width / steps);
            svg.Append(CultureInfo.InvariantCulture,
                $"<path stroke=\"currentColor\" stroke-opacity=\"0.4\" d=\"M{Markup.Coordinate(x)} "
                + $"{Markup.Coordinate(Top + height)}v4\"/>");
            Label(svg, x, Top + height + 17, "middle", tick.ToString(CultureInfo.InvariantCulture));
        }

        Bands(svg);
        foreach (var tick in bands.Count > 0 ? [] : Ticks(neurons, height / 16))
        {
            var y = Top + ((tick + 0.5) * height / neurons);
            svg.Append(CultureInfo.InvariantCulture,
                $"<path stroke=\"currentColor\" stroke-opacity=\"0.4\" d=\"M{Left} {Markup.Coordinate(y)}h-4\"/>");
            Label(svg, Left - 7, y + 4, "end", tick.ToString(CultureInfo.InvariantCulture));
        }

        svg.Append("</g>");
        Label(svg, Left + (Width / 2), Top + height + 37, "middle", "time step");
        svg.Append(CultureInfo.InvariantCulture,
            $"<text transform=\"translate(13 {Markup.Coordinate(Top + (height / 2))}) rotate(-90)\" "
            + $"text-anchor=\"middle\">{NeuronAxis}</text></svg></div>");
        var zoom = new RasterZoom((Left, Top, Width, height), (steps, neurons), bands, Strip, NeuronRoom);
        return svg.Append(CultureInfo.InvariantCulture,
            $"{zoom.Controls}<figcaption style=\"opacity:.75;font-size:13px\">{Summary}</figcaption>{zoom.Script}</figure>").ToString();
    }

    private string NeuronAxis => order switch
    {
        RasterOrder.Rate => "rank by rate",
        RasterOrder.FirstSpike => "rank by first spike",
        _ => "neuron",
    };

    private void Bands(StringBuilder svg)
    {
        const int fits = 9;
        foreach (var (name, start, size) in bands)
        {
            var (from, to) = (Top + (start * height / neurons), Top + ((start + size) * height / neurons));
            svg.Append(CultureInfo.InvariantCulture,
                $"<path stroke=\"currentColor\" stroke-opacity=\"0.6\" d=\"M{Left - 5} {Markup.Coordinate(to)}H{Left + Width}\"/>");
            Label(svg, Left - 7, ((from + to) / 2) + 4, "end",
                $"<title>{Markup.Escape(name)}</title>{Markup.Escape(name.Length > fits ? name[..(fits - 1)] + "…" : name)}");
        }
    }

    // steps of 1, 2 or 5 times a power of ten, at most so many
    private static IEnumerable<int> Ticks(int length, double most)
    {
        long step = 1;
        while (length / step > most)
        {
            var lead = step;
            while (lead >= 10)
            {
                lead /= 10;
            }

            step = lead == 2 ? step / 2 * 5 : step * 2;
        }

        for (long tick = 0; tick < length; tick += step)
        {
            yield return (int)tick;
        }
    }

    private static void Label(StringBuilder svg, double x, double y, string anchor, string text) =>
        svg.Append(CultureInfo.InvariantCulture,
            $"<text x=\"{Markup.Coordinate(x)}\" y=\"{Markup.Coordinate(y)}\" text-anchor=\"{anchor}\">{text}</text>");

    // the means of neighbours that share a bar
    private static double[] Means(long[] counts, int bars, double unit)
    {
        var means = new double[Math.Min(bars, counts.Length)];
        for (var bar = 0; bar < means.Length; bar++)
        {
            var (first, last) = ((int)((long)bar * counts.Length / means.Length), (int)((bar + 1L) * counts.Length / means.Length));
            means[bar] = counts.AsSpan(first, last - first).ToArray().Sum() / unit / (last - first);
        }

        return means;
    }

    // how many of length elements fall into each of so many parts
    private static long[] Shares(int length, int parts)
    {
        var shares = new long[parts];
        for (var i = 0; i < length; i++)
        {
            shares[(int)((long)i * parts / length)]++;
        }

        return shares;
    }

    private void Population(StringBuilder svg)
    {
        var rates = Means(perStep, columns, neurons);
        var peak = rates.Max();
        var bar = Width / rates.Length;
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg class=\"snn-across\" x=\"{Left}\" y=\"{Top - Gap - Strip}\" width=\"{Width}\" height=\"{Strip}\" viewBox=\"0 0 "
            + $"{Width} {Strip}\" preserveAspectRatio=\"none\"><path fill=\"{Palette.Orange}\" d=\"");
        for (var t = 0; peak > 0 && t < rates.Length; t++)
        {
            if (rates[t] > 0)
            {
                svg.Append(CultureInfo.InvariantCulture,
                    $"M{Markup.Coordinate(t * bar)} {Strip}v{Markup.Coordinate(-Strip * rates[t] / peak)}"
                    + $"h{Markup.Coordinate(bar)}V{Strip}z");
            }
        }

        svg.Append(CultureInfo.InvariantCulture,
            $"\"/></svg><path stroke=\"currentColor\" stroke-opacity=\"0.4\" fill=\"none\" "
            + $"d=\"M{Left} {Top - Gap - Strip}v{Strip}h{Width}\"/>");
        Label(svg, Left - 7, Top - Gap - Strip + 9, "end", Markup.Number(peak));
        Label(svg, Left - 7, Top - Gap + 1, "end", "0");
        Label(svg, Left + Width + 8, Top - 32, "start", "spikes per");
        Label(svg, Left + Width + 8, Top - 18, "start", "neuron, step");
    }

    private void Neurons(StringBuilder svg)
    {
        var rates = Means(perNeuron, rows, steps);
        var peak = rates.Max();
        var bar = height / rates.Length;
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg class=\"snn-down\" x=\"{Left + Width + 8}\" y=\"{Top}\" width=\"{NeuronRoom}\" height=\"{Markup.Coordinate(height)}\" "
            + $"viewBox=\"0 0 {NeuronRoom} {Markup.Coordinate(height)}\" preserveAspectRatio=\"none\"><path fill=\"{Palette.Green}\" d=\"");
        for (var n = 0; peak > 0 && n < rates.Length; n++)
        {
            if (rates[n] > 0)
            {
                svg.Append(CultureInfo.InvariantCulture,
                    $"M0 {Markup.Coordinate(n * bar)}h{Markup.Coordinate(NeuronRoom * rates[n] / peak)}v{Markup.Coordinate(bar)}H0z");
            }
        }

        svg.Append(CultureInfo.InvariantCulture,
            $"\"/></svg><path stroke=\"currentColor\" stroke-opacity=\"0.4\" fill=\"none\" "
            + $"d=\"M{Left + Width + 8} {Top}v{Markup.Coordinate(height)}h{NeuronRoom}\"/>");
        Label(svg, Left + Width + 8, Top + height + 17, "middle", "0");
        Label(svg, Left + Width + 8 + NeuronRoom, Top + height + 17, "middle", Markup.Number(peak));
        Label(svg, Left + Width + 8 + (NeuronRoom / 2), Top + height + 37, "middle", "rate per step");
    }

    private void Marks(StringBuilder svg)
    {
        var (step, row) = (Width / steps, height / neurons);
        svg.Append(CultureInfo.InvariantCulture,
            $"<path stroke=\"{Palette.Blue}\" stroke-width=\"{Markup.Coordinate(Math.Clamp(step * 0.5, 0.8, 60))}\" d=\"");
        foreach (var (t, n) in marks)
        {
            svg.Append(CultureInfo.InvariantCulture,
                $"M{Markup.Coordinate((t + 0.5) * step)} "
                + $"{Markup.Coordinate((n + 0.1) * row)}v{Markup.Coordinate(Math.Max(row * 0.8, 0.6))}");
        }

        svg.Append("\"/>");
    }

    private string Picture()
    {
        var colours = new (byte R, byte G, byte B, byte A)[256];
        for (var i = 0; i < colours.Length; i++)
        {
            colours[i] = (0x3b, 0x8f, 0xc4, (byte)i);
        }

        // against the spikes that the pixel could hold; the root, and a least darkness, keep rare spikes visible
        var (wide, high) = (Shares(steps, columns), Shares(neurons, rows));
        var pixels = new byte[hits.Length];
        for (var i = 0; i < hits.Length; i++)
        {
            pixels[i] = hits[i] == 0
                ? (byte)0
                : (byte)(LeastDark + ((255 - LeastDark) * Math.Sqrt((double)hits[i] / wide[i % columns] / high[i / columns])));
        }

        return Png.DataUri(Png.EncodeIndexed(pixels, columns, rows, colours));
    }
}
