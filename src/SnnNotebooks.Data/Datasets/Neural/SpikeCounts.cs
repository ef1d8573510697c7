using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// Counts spikes in windows. Every window takes a spike at its start and not one at its end, so that neighbouring windows share none.
/// </summary>
public static class SpikeCounts
{
    /// <summary>Counts in consecutive bins of one width.</summary>
    /// <param name="units">The units.</param>
    /// <param name="start">When the first bin begins, in seconds.</param>
    /// <param name="width">Seconds per bin.</param>
    /// <param name="bins">How many bins.</param>
    /// <returns>[bins, N], float32.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive or there is no bin.</exception>
    public static Tensor Binned(IReadOnlyList<NeuralUnit> units, double start, double width, int bins)
    {
        using var aligned = Aligned(units, new[] { start }, 0, width, bins);
        return aligned.squeeze(0);
    }

    /// <summary>Counts in bins around events, such as onsets of trials.</summary>
    /// <param name="units">The units.</param>
    /// <param name="events">When each event happens, in seconds.</param>
    /// <param name="offset">When the first bin begins, in seconds after the event; negative before it.</param>
    /// <param name="width">Seconds per bin.</param>
    /// <param name="bins">How many bins per event.</param>
    /// <returns>[events, bins, N], float32; bin k of an event at t covers [t + offset + k width, t + offset + (k + 1) width).</returns>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive, there is no bin, or there are more counts than an array
    /// holds.</exception>
    public static Tensor Aligned(IReadOnlyList<NeuralUnit> units, ReadOnlyMemory<double> events, double offset, double width, int bins)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (!(width > 0) || !double.IsFinite(width) || !double.IsFinite(offset))
        {
            throw new ArgumentOutOfRangeException(
                nameof(width), width, "Expected a positive number of seconds per bin and a finite offset.");
        }

        var counts = NewCounts((long)events.Length * bins, units.Count);
        Parallel.For(0, units.Count, unit =>
        {
            var times = units[unit].SpikeTimes.Span;
            for (var trial = 0; trial < events.Length; trial++)
            {
                var begin = events.Span[trial] + offset;
                var before = FirstAtOrAfter(times, begin);
                for (var bin = 0; bin < bins; bin++)
                {
                    var after = before + FirstAtOrAfter(times[before..], begin + ((bin + 1) * width));
                    counts[(((trial * bins) + bin) * units.Count) + unit] = after - before;
                    before = after;
                }
            }
        });
        return tensor(counts, [events.Length, bins, units.Count]);
    }

    /// <summary>Counts in windows of their own, such as the frames of a movie.</summary>
    /// <param name="units">The units.</param>
    /// <param name="starts">When each window begins, in seconds.</param>
    /// <param name="stops">When it ends.</param>
    /// <returns>[windows, N], float32.</returns>
    /// <exception cref="ArgumentException">There are more starts than stops or the other way round.</exception>
    public static Tensor PerWindow(IReadOnlyList<NeuralUnit> units, ReadOnlyMemory<double> starts, ReadOnlyMemory<double> stops)
    {
        ArgumentNullException.ThrowIfNull(units);
        if (starts.Length != stops.Length)
        {
            throw new ArgumentException($"There are {starts.Length} starts and {stops.Length} stops; expected as many.", nameof(stops));
        }

        var counts = NewCounts(starts.Length, units.Count);
        Parallel.For(0, units.Count, unit =>
        {
            var times = units[unit].SpikeTimes.Span;
            for (var window = 0; window < starts.Length; window++)
            {
                counts[(window * units.Count) + unit] = Math.Max(
                    0, FirstAtOrAfter(times, stops.Span[window]) - FirstAtOrAfter(times, starts.Span[window]));
            }
        });
        return tensor(counts, [starts.Length, units.Count]);
    }

    private static float[] NewCounts(long windows, int units)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(windows * units, Array.MaxLength, "windows times units");
        return new float[windows * units];
    }

    private static int FirstAtOrAfter(ReadOnlySpan<double> times, double time)
    {
        var (low, high) = (0, times.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (times[middle] < time)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
