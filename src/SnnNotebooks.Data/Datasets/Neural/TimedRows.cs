using System.Globalization;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>Rows that were taken one after another, such as frames of calcium imaging, and when.</summary>
/// <param name="Values">[T, N], float32.</param>
/// <param name="Times">Seconds, ascending, at least two: when each row was taken.</param>
internal sealed record TimedRows(Tensor Values, double[] Times)
{
    private const double Rounding = 1e-6; // of an interval
    private const double Gap = 1.5; // intervals

    private readonly int[] gaps = Gaps(Times); // how many there are before each row

    /// <summary>Seconds from row to row: the median.</summary>
    public double Interval { get; } = Median(Times);

    /// <summary>An array [time, neurons] whose first bin begins at 0.</summary>
    /// <exception cref="DatasetException">It is not known how long a bin lasts, or there is one bin.</exception>
    public static TimedRows OfBins(Tensor values, double? binWidth, string name) => binWidth is { } width && values.shape[0] > 1
        ? new TimedRows(values, [.. Enumerable.Range(0, (int)values.shape[0]).Select(bin => bin * width)])
        : throw new DatasetException(
            $"{name} has {values.shape[0]} bins{(binWidth is null ? " that do not say how long they last" : string.Empty)}, and its trials "
            + "are given in seconds; expected at least two bins, and the seconds of a bin (--bin).");

    /// <summary>How many rows make a bin; one where no width is asked for.</summary>
    /// <exception cref="DatasetException">The bin is shorter than a row.</exception>
    public int PerBin(double? width) => Math.Round((width ?? Interval) / Interval) switch
    {
        >= 1 and <= int.MaxValue and var rows => (int)rows,
        < 1 => throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
            $"A bin of {width} s is shorter than the {Interval:0.####} s from one frame to the next; ask for wider bins.")),
        _ => throw new DatasetException($"A bin of {width} s is longer than any recording; ask for narrower ones."),
    };

    /// <summary>Consecutive stretches of one length.</summary>
    /// <param name="bins">Bins of a stretch; what is left at the end is dropped.</param>
    /// <param name="perBin">Rows that are averaged into a bin.</param>
    /// <returns>[stretches, bins, N].</returns>
    /// <exception cref="DatasetException">There are fewer rows than one stretch has.</exception>
    public Tensor Stretches(int bins, int perBin)
    {
        var (rows, own) = (Values.shape[0], (long)bins * perBin);
        return rows >= own
            ? Averaged(Values.narrow(0, 0, rows / own * own).reshape(rows / own, own, -1), perBin)
            : throw new DatasetException($"The recording has {rows} frames, less than one stretch of {own}; choose shorter stretches.");
    }

    /// <summary>
    /// Trials from the first row of each interval on, as many bins as fit into the shortest. Intervals that the rows do not cover, or in
    /// which they have a gap, are left out.
    /// </summary>
    /// <param name="table">The intervals.</param>
    /// <param name="perBin">Rows that are averaged into a bin.</param>
    /// <returns>[trials, bins, N], and which intervals they are.</returns>
    /// <exception cref="DatasetException">No interval is left, or the shortest is no bin long.</exception>
    public (Tensor Trials, int[] Kept) Trials(StimulusTable table, int perBin)
    {
        var (starts, stops) = (table.Starts.ToArray(), table.Stops.ToArray());
        var spans = Enumerable.Range(0, table.Count)
            .Select(row => (First: FirstFrom(starts[row]), End: FirstFrom(stops[row]))).ToArray();
        int[] kept = [.. Enumerable.Range(0, table.Count).Where(row => IsWhole(starts[row], stops[row], spans[row]))];
        if (kept.Length == 0)
        {
            throw new DatasetException(string.Create(CultureInfo.InvariantCulture,
                $"Frames lie between {Times[0]:0.###} and {Times[^1]:0.###} s, {Interval:0.####} s apart, and cover none of the "
                + $"{table.Count} intervals of {table.Name}{(table.Count == 0 ? string.Empty : FormattableString.Invariant(
                    $", which lie between {starts.Min():0.###} and {stops.Max():0.###} s"))}; expected seconds of one clock in both."));
        }

        var bins = kept.Min(row => spans[row].End - spans[row].First) / perBin;
        return bins > 0
            ? (Averaged(stack([.. kept.Select(row => Values.narrow(0, spans[row].First, (long)bins * perBin))]), perBin), kept)
            : throw new DatasetException(
                $"The shortest of {kept.Length} intervals of {table.Name} has fewer frames than the {perBin} of a bin; choose narrower "
                + "bins, or leave short trials out.");
    }

    private bool IsWhole(double start, double stop, (int First, int End) span) => span.End > span.First
        && start > Times[0] - Interval && stop < Times[^1] + (2 * Interval)
        && gaps[span.End - 1] == gaps[span.First];

    private int FirstFrom(double time)
    {
        var place = Array.BinarySearch(Times, time - (Rounding * Interval));
        return place < 0 ? ~place : place;
    }

    private static double Median(double[] times) =>
        times.Zip(times.Skip(1), (own, next) => next - own).Order().ElementAt((times.Length - 1) / 2);

    private static int[] Gaps(double[] times)
    {
        var (longest, gaps) = (Gap * Median(times), new int[times.Length]);
        for (var row = 1; row < times.Length; row++)
        {
            gaps[row] = gaps[row - 1] + (times[row] - times[row - 1] > longest ? 1 : 0);
        }

        return gaps;
    }

    private static Tensor Averaged(Tensor trials, int perBin) => perBin == 1
        ? trials
        : trials.reshape(trials.shape[0], trials.shape[1] / perBin, perBin, trials.shape[2]).mean([2]);
}
