using System.Globalization;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>Spike counts as models of single trials take them, [trials, bins, N], from whatever a recording offers.</summary>
public static class TrialCounts
{
    /// <summary>Counts in each presentation of each frame of a movie: a bin is a frame.</summary>
    /// <param name="units">The units.</param>
    /// <param name="movie">When each frame was shown; every frame gets as many trials as the rarest has.</param>
    /// <returns>[trials, frames, N], float32; the caller disposes it.</returns>
    /// <exception cref="DatasetException">A frame is never shown, or the table has no frames.</exception>
    public static Tensor OfFrames(IReadOnlyList<NeuralUnit> units, StimulusTable movie)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(movie);
        var (rows, trials, frames) = movie.RowsByTrial();
        if (trials == 0)
        {
            throw new DatasetException(frames == 0
                ? $"The table {movie.Name} shows a grey screen only; expected frames from 0 on."
                : $"The table {movie.Name} does not show every frame up to its last, {frames - 1}; expected each at least once.");
        }

        using var counts = SpikeCounts.PerWindow(
            units, Array.ConvertAll(rows, row => movie.Starts.Span[row]), Array.ConvertAll(rows, row => movie.Stops.Span[row]));
        return counts.reshape(trials, frames, units.Count);
    }

    /// <summary>Counts from the start of each interval on, such as a table of trials: as many bins as fit into the shortest.</summary>
    /// <param name="units">The units.</param>
    /// <param name="intervals">The intervals.</param>
    /// <param name="binWidth">Seconds per bin.</param>
    /// <returns>[intervals, bins, N], float32; the caller disposes it.</returns>
    /// <exception cref="DatasetException">There is no interval, or one is shorter than a bin.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width is not positive, or there are more counts than an array holds.</exception>
    public static Tensor OfIntervals(IReadOnlyList<NeuralUnit> units, StimulusTable intervals, double binWidth)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentNullException.ThrowIfNull(intervals);
        var shortest = intervals.Count == 0
            ? 0
            : Enumerable.Range(0, intervals.Count).Min(row => intervals.Stops.Span[row] - intervals.Starts.Span[row]);
        var bins = Bins(shortest, binWidth);
        return bins > 0
            ? SpikeCounts.Aligned(units, intervals.Starts, 0, binWidth, bins)
            : throw new DatasetException(
                string.Create(CultureInfo.InvariantCulture,
                    $"The shortest of {intervals.Count} intervals of the table {intervals.Name} lasts {shortest} s, less than a bin of "
                    + $"{binWidth} s; choose narrower bins or another table."));
    }

    /// <summary>
    /// Counts in consecutive stretches of one length, from the first spike to the last, for recordings that say nothing of trials.
    /// </summary>
    /// <param name="units">The units.</param>
    /// <param name="binWidth">Seconds per bin.</param>
    /// <param name="bins">Bins per stretch; what is left at the end is dropped.</param>
    /// <returns>[stretches, bins, N], float32; the caller disposes it.</returns>
    /// <exception cref="DatasetException">The recording is shorter than one stretch.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The width or the number of bins is not positive, or there are more counts than an
    /// array holds.</exception>
    public static Tensor OfStretches(IReadOnlyList<NeuralUnit> units, double binWidth, int bins)
    {
        ArgumentNullException.ThrowIfNull(units);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var active = units.Where(unit => unit.SpikeTimes.Length > 0).ToArray();
        var (first, last) = active.Length == 0
            ? (0, 0)
            : (active.Min(unit => unit.SpikeTimes.Span[0]), active.Max(unit => unit.SpikeTimes.Span[^1]));
        var (length, stretch) = (Bins(last - first, binWidth), binWidth * bins);
        if (length < bins)
        {
            throw new DatasetException(
                string.Create(CultureInfo.InvariantCulture,
                    $"The recording has spikes from {first} to {last} s, less than the {stretch} s of one stretch; choose narrower or "
                    + $"fewer bins."));
        }

        using var counts = SpikeCounts.Binned(units, first, binWidth, length / bins * bins);
        return counts.reshape(length / bins, bins, units.Count);
    }

    /// <summary>Cuts counts of one long recording into stretches.</summary>
    /// <param name="counts">[T, N].</param>
    /// <param name="bins">Bins per stretch; what is left at the end is dropped.</param>
    /// <returns>[stretches, bins, N]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The counts have another shape or are shorter than one stretch.</exception>
    public static Tensor Cut(Tensor counts, int bins)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (counts.dim() != 2 || counts.shape[0] < bins)
        {
            throw new ArgumentException(
                $"Counts are [{string.Join(", ", counts.shape)}]; expected [T, N] with at least {bins} bins.", nameof(counts));
        }

        var stretches = counts.shape[0] / bins;
        using var kept = counts.narrow(0, 0, stretches * bins);
        return kept.reshape(stretches, bins, counts.shape[1]);
    }

    /// <summary>How many bins fit; a rounding error of the division takes none away.</summary>
    private static int Bins(double length, double binWidth)
    {
        const double Rounding = 1e-6;
        if (!(binWidth > 0) || !double.IsFinite(binWidth))
        {
            throw new ArgumentOutOfRangeException(nameof(binWidth), binWidth, "Expected a positive number of seconds per bin.");
        }

        var count = Math.Floor((length / binWidth) + Rounding);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.MaxLength, "length over width");
        return (int)count;
    }
}
