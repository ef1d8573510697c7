using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.DotNet.Interactive.Formatting;
using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Interactive.Figures;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Views;

/// <summary>
/// A histogram of the intervals between one spike of a neuron and its next, over all neurons, with their coefficient of variation (standard
/// deviation, divided by the number of intervals, over the mean): 0 for a clock, near 1 for a Poisson process.
/// </summary>
[TypeFormatterSource(typeof(ViewFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class IntervalView : View
{
    private const int Bins = 60;
    private const double Shown = 0.99;
    private readonly string title;
    private readonly string unit;
    private readonly string summary;
    private readonly double[] middles = [];
    private readonly double[] counts = [];

    /// <summary>Intervals of spike trains on a grid of time steps.</summary>
    /// <param name="spikes">[T, ...]; anything but zero is a spike, NaN is none. It is not kept.</param>
    /// <param name="title">A line above the figure.</param>
    /// <exception cref="ArgumentException">The tensor has no axes.</exception>
    public IntervalView(Tensor spikes, string title)
        : this(InSteps(spikes), title, "time steps", true)
    {
    }

    /// <summary>Intervals of recorded units.</summary>
    /// <param name="units">The units.</param>
    /// <param name="title">A line above the figure.</param>
    public IntervalView(IReadOnlyList<NeuralUnit> units, string title)
        : this(InMilliseconds(units), title, "ms", false)
    {
    }

    private IntervalView(double[] intervals, string title, string unit, bool whole)
    {
        ArgumentNullException.ThrowIfNull(title);
        (this.title, this.unit) = (title, unit);
        if (intervals.Length == 0)
        {
            summary = "no intervals: no neuron fires twice";
            return;
        }

        Array.Sort(intervals);
        var mean = intervals.Average();
        var deviation = Math.Sqrt(intervals.Average(interval => (interval - mean) * (interval - mean)));
        var end = intervals[(int)Math.Ceiling(Shown * intervals.Length) - 1];
        var start = whole ? 0.5 : 0;
        var width = whole ? Math.Ceiling(end / Bins) : end > 0 ? end / Bins : 1;
        counts = new double[whole ? (int)Math.Ceiling(end / width) : Bins];
        var longer = 0;
        foreach (var interval in intervals)
        {
            if (interval > end)
            {
                longer++;
            }
            else
            {
                counts[Math.Min(counts.Length - 1, (int)((interval - start) / width))]++;
            }
        }

        middles = [.. counts.Select((_, bin) => start + ((bin + 0.5) * width))];
        summary =
            string.Create(CultureInfo.InvariantCulture,
                $"{intervals.Length} intervals, mean {Markup.Number(mean)} {unit}, median "
                + $"{Markup.Number((intervals[(intervals.Length - 1) / 2] + intervals[intervals.Length / 2]) / 2)} {unit}, coefficient "
                + $"of variation {(mean > 0 ? Markup.Number(deviation / mean) : "none")}")
            + (longer > 0
                ? string.Create(CultureInfo.InvariantCulture, $"; {longer} longer than {Markup.Number(end)} {unit} not drawn")
                : string.Empty);
    }

    /// <inheritdoc/>
    public override string ToHtml() => new PlotlyFigure(title, $"{title}: {summary}", 320)
        .Add("bar", ("x", middles), ("y", counts), ("marker.color", Palette.Blue),
            ("hovertemplate", $"around %{{x:.4g}} {unit}: %{{y}}<extra></extra>"))
        .Layout(("xaxis.title.text", $"interval ({unit})"), ("yaxis.title.text", "intervals"), ("bargap", 0.05), ("margin.l", 64),
            ("margin.r", 16), ("margin.t", 16), ("margin.b", 48))
        .ToHtml() + $"<div style=\"opacity:.75;font-size:13px\">{summary}</div>";

    /// <inheritdoc/>
    public override string ToString() => $"{title}: {summary}";

    private static double[] InSteps(Tensor spikes)
    {
        ArgumentNullException.ThrowIfNull(spikes);
        if (spikes.dim() == 0)
        {
            throw new ArgumentException("Intervals need spikes [T, ...]; this is a scalar.", nameof(spikes));
        }

        if (spikes.numel() == 0)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        var flat = spikes.detach().reshape(spikes.shape[0], -1);
        var fires = flat.is_floating_point() ? flat.ne(0).logical_and(flat.isnan().logical_not()) : flat.ne(0);
        // by neuron, then by time
        var places = MemoryMarshal.Cast<byte, long>(fires.t().nonzero().cpu().contiguous().bytes);
        var intervals = new List<double>();
        for (var i = 2; i < places.Length; i += 2)
        {
            if (places[i] == places[i - 2])
            {
                intervals.Add(places[i + 1] - places[i - 1]);
            }
        }

        return [.. intervals];
    }

    private static double[] InMilliseconds(IReadOnlyList<NeuralUnit> units)
    {
        ArgumentNullException.ThrowIfNull(units);
        var intervals = new List<double>();
        foreach (var unit in units)
        {
            var times = unit.SpikeTimes.Span;
            for (var i = 1; i < times.Length; i++)
            {
                intervals.Add(1e3 * (times[i] - times[i - 1]));
            }
        }

        return [.. intervals];
    }
}
