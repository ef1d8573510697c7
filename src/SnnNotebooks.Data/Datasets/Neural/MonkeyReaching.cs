using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// Monkeys reaching to one of eight targets (Miller lab; E. Dyer et al. 2017), binned as Swap-VAE does: firing rates, hand position and
/// velocity per bin, trial after trial.
/// </summary>
public sealed class MonkeyReaching : IDisposable
{
    // columns of the published trial table
    private const int DirectionColumn = 1;
    private const int StartColumn = 9;
    private const int StopColumn = 12;
    private const int LongestTrial = 100_000;

    private MonkeyReaching(Tensor rates, Tensor position, Tensor velocity, IReadOnlyList<int> directions, IReadOnlyList<int> lengths)
    {
        (Rates, Position, Velocity, Directions, TrialLengths) = (rates, position, velocity, directions, lengths);
    }

    /// <summary>[bins, N], float64: spikes per second.</summary>
    public Tensor Rates { get; }

    /// <summary>[bins, 2], float64: mean place of the hand in each bin; NaN where it was not recorded.</summary>
    public Tensor Position { get; }

    /// <summary>[bins, 2], float64: mean velocity of the hand.</summary>
    public Tensor Velocity { get; }

    /// <summary>The reach direction of each bin's trial, 0 to 7 in the published recordings.</summary>
    public IReadOnlyList<int> Directions { get; }

    /// <summary>Bins of each trial.</summary>
    public IReadOnlyList<int> TrialLengths { get; }

    /// <summary>
    /// Reads a published recording, <c>full-chewie-10032013.mat</c> and the like, and bins it. As in the published code a bin takes spikes
    /// at both its ends, and the last one may reach beyond the trial.
    /// </summary>
    /// <param name="path">The MAT file with <c>out_struct</c> and <c>trial_table</c>.</param>
    /// <param name="binWidth">Seconds per bin, above 0; 0.1 in the papers.</param>
    /// <returns>The recording; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The width is not above 0, or not finite.</exception>
    /// <exception cref="DatasetException">The file is missing, damaged, or lacks what the recordings hold.</exception>
    public static MonkeyReaching FromMat(string path, double binWidth = 0.1)
    {
        if (!(binWidth > 0) || !double.IsFinite(binWidth))
        {
            throw new ArgumentOutOfRangeException(nameof(binWidth), binWidth, "Expected a positive number of seconds.");
        }

        var file = MatFile.Read(path);
        var recording = file["out_struct"];
        var trials = Matrix(file["trial_table"], StopColumn + 1);
        var units = recording.Field("units");
        var trains = Enumerable.Range(0, (int)units.Count).Select(unit => units.Field("ts", unit).Doubles()).ToArray();
        foreach (var train in trains)
        {
            Array.Sort(train);
        }

        var velocity = Matrix(recording.Field("vel"), 3);
        var position = recording.Fields.Contains("pos") && recording.Field("pos").Count > 0 ? Matrix(recording.Field("pos"), 3) : null;
        List<(double Start, double Stop)> bins = [];
        List<int> directions = [];
        List<int> lengths = [];
        foreach (var trial in trials)
        {
            // numpy.arange(start, stop + width, width) gives the edges
            var (start, stop) = (trial[StartColumn], trial[StopColumn]);
            var edges = Math.Ceiling((stop + binWidth - start) / binWidth);
            if (!(edges is >= 1 and <= LongestTrial))
            {
                throw new DatasetException(
                    $"{path}: trial {lengths.Count} runs from {start} to {stop} s; expected a trial of at most {LongestTrial} bins of "
                    + $"{binWidth} s.");
            }

            for (var bin = 0; bin < (int)edges - 1; bin++)
            {
                bins.Add((start + (bin * binWidth), start + ((bin + 1) * binWidth)));
                directions.Add((int)trial[DirectionColumn]);
            }

            lengths.Add((int)edges - 1);
        }

        var rates = new double[bins.Count * trains.Length];
        for (var bin = 0; bin < bins.Count; bin++)
        {
            for (var unit = 0; unit < trains.Length; unit++)
            {
                rates[(bin * trains.Length) + unit] = CountWithin(trains[unit], bins[bin].Start, bins[bin].Stop) / binWidth;
            }
        }

        return new MonkeyReaching(
            tensor(rates, [bins.Count, trains.Length]),
            tensor(Means(position, bins), [bins.Count, 2]),
            tensor(Means(velocity, bins), [bins.Count, 2]),
            directions,
            lengths);
    }

    /// <summary>
    /// Reads a recording that was binned before: <c>firing_rates.npy</c>, <c>position.npy</c>, <c>velocity.npy</c>, <c>labels.npy</c>,
    /// <c>trial_lengths.npy</c>.
    /// </summary>
    /// <param name="folder">The folder with the five arrays.</param>
    /// <returns>The recording; the caller disposes it.</returns>
    /// <exception cref="DatasetException">An array is missing, damaged, or does not fit the others.</exception>
    public static MonkeyReaching FromArrays(string folder)
    {
        using var scope = NewDisposeScope();
        Tensor Array(string name, int dimensions) => ArrayFile.Read(Path.Combine(folder, name), dimensions);
        var (rates, position, velocity) = (Array("firing_rates.npy", 2), Array("position.npy", 2), Array("velocity.npy", 2));
        var (labels, lengths) = (Array("labels.npy", 2), Array("trial_lengths.npy", 1));
        var bins = rates.shape[0];
        return position.shape[0] == bins && velocity.shape[0] == bins && labels.numel() == bins && lengths.sum().ToDouble() == bins
            ? new MonkeyReaching(
                rates.MoveToOuterDisposeScope(),
                position.MoveToOuterDisposeScope(),
                velocity.MoveToOuterDisposeScope(),
                System.Array.ConvertAll(labels.Numbers<double>(), label => (int)label),
                System.Array.ConvertAll(lengths.Numbers<double>(), length => (int)length))
            : throw new DatasetException(
                $"{folder} holds rates of {bins} bins, positions of {position.shape[0]}, velocities of {velocity.shape[0]}, labels of "
                + $"{labels.numel()} and trials of {lengths.sum().ToDouble()} bins; expected as many of each.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Rates.Dispose();
        Position.Dispose();
        Velocity.Dispose();
    }

    private static double[][] Matrix(MatArray array, int columns)
    {
        if (array.Shape.Count != 2 || array.Shape[1] < columns)
        {
            throw new DatasetException(
                $"{array.Name} is [{string.Join(", ", array.Shape)}]; expected a matrix of at least {columns} columns.");
        }

        var (values, rows) = (array.Doubles(), (int)array.Shape[0]);
        return [.. Enumerable.Range(0, rows)
            .Select(row => Enumerable.Range(0, (int)array.Shape[1]).Select(column => values[(column * rows) + row]).ToArray())];
    }

    private static int CountWithin(double[] times, double start, double stop)
    {
        var first = Array.BinarySearch(times, start);
        first = first < 0 ? ~first : first;
        while (first > 0 && times[first - 1] == start)
        {
            first--;
        }

        var count = 0;
        for (; first + count < times.Length && times[first + count] <= stop; count++)
        {
        }

        return count;
    }

    /// <summary>Mean of columns 1 and 2 over the samples whose time, column 0, lies in each bin.</summary>
    private static double[] Means(double[][]? samples, List<(double Start, double Stop)> bins)
    {
        var means = new double[bins.Count * 2];
        Array.Fill(means, double.NaN);
        if (samples is null)
        {
            return means;
        }

        var times = Array.ConvertAll(samples, sample => sample[0]);
        for (var bin = 0; bin < bins.Count; bin++)
        {
            var (x, y, count) = (0.0, 0.0, 0);
            var first = Array.BinarySearch(times, bins[bin].Start);
            for (var row = first < 0 ? ~first : first; row < times.Length && times[row] <= bins[bin].Stop; row++)
            {
                (x, y, count) = (x + samples[row][1], y + samples[row][2], count + 1);
            }

            if (count > 0)
            {
                (means[2 * bin], means[(2 * bin) + 1]) = (x / count, y / count);
            }
        }

        return means;
    }
}
