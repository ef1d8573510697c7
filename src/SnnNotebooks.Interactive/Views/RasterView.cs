using System.Globalization;
using System.Text;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// A spike raster: time to the right, neurons downwards, the population's rate above and each neuron's rate at the right, in
/// spikes per neuron and time step. Up to 20,000 spikes are drawn as marks; more become a picture whose pixels are the darker the
/// more of the spikes they cover fire. It is enlarged by dragging, by buttons or by keys (<see cref="RasterZoom"/>).
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class RasterView : View
{
    private const double Left = 68;
    private const double Top = 80;
    private const double Width = 600;
    private const double Gap = 12;
    private const double Strip = 36;
    private const double Margin = 84;
    private const double NeuronRoom = Margin - 14;
    private const int MostMarks = 20_000;
    private const int Detail = 2; // picture elements a unit of the drawing, for what is seen when it is enlarged
    private const int LeastDark = 70;
    private const int TextSteps = 100;
    private const int TextNeurons = 32;
    private const int ChunkLength = 1 << 22;

    private readonly string title;
    private readonly int steps;
    private readonly int neurons;
    private readonly double height;
    private readonly long[] perStep;
    private readonly long[] perNeuron;
    private readonly List<(int Step, int Neuron)> marks = [];
    private readonly bool[,] text;
    private readonly int columns;
    private readonly int rows;
    private readonly int[] hits;
    private readonly long count;
    private readonly string notes;
    private readonly RasterOrder order;
    private readonly long[]? places;
    private readonly List<(string Name, int Start, int Count)> bands = [];

    /// <summary>Reads the spikes; the tensor is not kept.</summary>
    /// <param name="spikes">[T, N], or [T, ...], whose other axes are flattened; anything but zero is a spike, NaN is none.</param>
    /// <param name="title">A line above the raster.</param>
    /// <param name="batch">Which sample of [T, B, ...] is shown, from 0; null where there is no batch axis.</param>
    /// <param name="order">How the neurons are ordered, in each group.</param>
    /// <param name="groups">The group of each neuron; groups stand in the order in which they first occur. Null for none.</param>
    /// <exception cref="ArgumentException">The tensor has no axes, or no element; or its axes are longer than int.MaxValue; or there is a
    /// batch, but no batch axis; or there are not as many group names as neurons.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such sample.</exception>
    public RasterView(Tensor spikes, string title, int? batch = null, RasterOrder order = RasterOrder.Index,
        IReadOnlyList<string>? groups = null)
    {
        ArgumentNullException.ThrowIfNull(spikes);
        ArgumentNullException.ThrowIfNull(title);
        if (spikes.dim() == 0 || spikes.numel() == 0)
        {
            throw new ArgumentException($"A raster needs spikes [T, N]; this is [{string.Join(", ", spikes.shape)}].", nameof(spikes));
        }

        using var scope = NewDisposeScope();
        var source = spikes.detach();
        if (batch is { } sample)
        {
            if (spikes.dim() < 2)
            {
                throw new ArgumentException(
                    $"Sample {sample} needs spikes [T, B, ...]; this is [{string.Join(", ", spikes.shape)}].", nameof(spikes));
            }

            if (sample < 0 || sample >= spikes.shape[1])
            {
                throw new ArgumentOutOfRangeException(nameof(batch), sample, $"The batch has {spikes.shape[1]} samples.");
            }

            source = source.select(1, sample);
        }

        if (source.shape[0] > int.MaxValue || source.numel() / source.shape[0] > int.MaxValue)
        {
            throw new ArgumentException(
                $"A raster has at most {int.MaxValue} steps and neurons; this is [{string.Join(", ", spikes.shape)}].", nameof(spikes));
        }

        this.title = title;
        (steps, neurons) = ((int)source.shape[0], (int)(source.numel() / source.shape[0]));
        if (groups is not null && groups.Count != neurons)
        {
            throw new ArgumentException(
                $"There are {neurons} neurons and {groups.Count} names of groups; expected one for each neuron.", nameof(groups));
        }

        this.order = order;
        if (order != RasterOrder.Index || groups is not null)
        {
            var flat = source.reshape(steps, neurons);
            places = Places(flat, order, groups);
            source = flat.index_select(1, tensor(places, device: flat.device));
        }

        height = Math.Clamp(neurons * 8.0, 96, 420);
        (perStep, perNeuron) = (new long[steps], new long[neurons]);
        text = new bool[Math.Min(steps, TextSteps), Math.Min(neurons, TextNeurons)];
        (columns, rows) = (Math.Min(steps, Detail * (int)Width), Math.Min(neurons, Detail * (int)height));
        hits = new int[columns * rows];
        var chunk = Math.Max(1, ChunkLength / neurons);
        var (nan, graded) = (false, false);
        for (var start = 0; start < steps; start += chunk)
        {
            using var inner = NewDisposeScope();
            var part = source.narrow(0, start, Math.Min(chunk, steps - start)).cpu().reshape(-1);
            var fires = part.ne(0);
            if (part.is_floating_point())
            {
                var broken = part.isnan();
                nan |= broken.any().item<bool>();
                fires = fires.logical_and(broken.logical_not());
            }

            graded = graded || (part.dtype != ScalarType.Bool && fires.logical_and(part.ne(1)).any().item<bool>());
            Read(start, fires.contiguous().bytes);
        }

        count = perStep.Sum();
        notes = (batch is { } shown ? $", sample {shown} of {spikes.shape[1]}" : string.Empty)
            + (nan ? ", NaN VALUES LEFT OUT" : string.Empty)
            + (graded ? "; values other than 0 and 1 occur and are drawn as spikes" : string.Empty);
    }

    private double MeanRate => (double)count / steps / neurons;

    private string Summary => string.Create(CultureInfo.InvariantCulture,
        $"{count} spikes of {neurons} neurons in {steps} time steps, mean rate {MeanRate:0.000} per step{notes}");

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

    /// <inheritdoc/>
    public override string ToString()
    {
        var lines = new StringBuilder(title);
        for (var n = 0; n < text.GetLength(1); n++)
        {
            if (bands.FirstOrDefault(band => band.Start == n) is { Name: { } group })
            {
                lines.AppendLine().Append(group).Append(':');
            }

            lines.AppendLine().Append(CultureInfo.InvariantCulture, $"{places?[n] ?? n,5} ");
            for (var t = 0; t < text.GetLength(0); t++)
            {
                lines.Append(text[t, n] ? '|' : '.');
            }
        }

        if (text.GetLength(0) < steps || text.GetLength(1) < neurons)
        {
            lines.AppendLine().Append(
                CultureInfo.InvariantCulture, $"(the first {text.GetLength(1)} neurons and {text.GetLength(0)} steps)");
        }

        return lines.AppendLine().Append(Summary).ToString();
    }

    private string NeuronAxis => order switch
    {
        RasterOrder.Rate => "rank by rate",
        RasterOrder.FirstSpike => "rank by first spike",
        _ => "neuron",
    };

    // which neuron stands where
    private long[] Places(Tensor flat, RasterOrder by, IReadOnlyList<string>? groups)
    {
        using var scope = NewDisposeScope();
        var fires = flat.is_floating_point() ? flat.ne(0).logical_and(flat.isnan().logical_not()) : flat.ne(0);
        var key = by switch
        {
            RasterOrder.Rate => -fires.sum([0]),
            // argmax finds the first of equal values; a silent neuron comes after the last step
            RasterOrder.FirstSpike => where(
                fires.any(0), fires.to(ScalarType.Byte).argmax(0), full([neurons], steps, ScalarType.Int64, flat.device)),
            _ => zeros([neurons], ScalarType.Int64, flat.device),
        };
        var keys = key.cpu().Numbers<long>();
        var names = groups?.Distinct(StringComparer.Ordinal).ToList() ?? [];
        var group = groups?.Select(name => names.IndexOf(name)).ToArray() ?? new int[neurons];
        var start = 0;
        foreach (var (name, i) in names.Select((name, i) => (name, i)))
        {
            var size = group.Count(each => each == i);
            bands.Add((name, start, size));
            start += size;
        }

        return [.. Enumerable.Range(0, neurons).OrderBy(n => group[n]).ThenBy(n => keys[n]).Select(n => (long)n)];
    }

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

    private void Read(int start, ReadOnlySpan<byte> fires)
    {
        for (var place = fires.IndexOfAnyExcept((byte)0); place >= 0 && place < fires.Length;)
        {
            var (t, n) = (start + (place / neurons), place % neurons);
            perStep[t]++;
            perNeuron[n]++;
            hits[((int)((long)n * rows / neurons) * columns) + (int)((long)t * columns / steps)]++;
            if (marks.Count <= MostMarks)
            {
                marks.Add((t, n));
            }

            if (t < TextSteps && n < TextNeurons)
            {
                text[t, n] = true;
            }

            var next = fires[(place + 1)..].IndexOfAnyExcept((byte)0);
            place = next < 0 ? -1 : place + 1 + next;
        }
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
