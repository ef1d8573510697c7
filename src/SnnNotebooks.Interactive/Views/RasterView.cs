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
public sealed partial class RasterView : View
{
    private const double Width = 600;
    private const int MostMarks = 20_000;
    private const int Detail = 2; // picture elements a unit of the drawing, for what is seen when it is enlarged
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
}
