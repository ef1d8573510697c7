namespace SnnNotebooks.Datasets.Neural;

/// <summary>When a stimulus was on the screen: one row per presentation, in order of time.</summary>
public sealed class StimulusTable
{
    /// <summary>Takes over a table.</summary>
    /// <param name="name">As in the recording, such as <c>natural_scenes_presentations</c>.</param>
    /// <param name="starts">Onsets in seconds.</param>
    /// <param name="stops">Ends in seconds, as many.</param>
    /// <param name="frames">Which image or movie frame, as many; -1 is a grey screen. Empty where the table has no such column.</param>
    /// <exception cref="DatasetException">The columns differ in length, or a presentation ends before it starts.</exception>
    /// <exception cref="ArgumentException"><paramref name="name"/> is empty.</exception>
    public StimulusTable(string name, double[] starts, double[] stops, long[] frames)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(starts);
        ArgumentNullException.ThrowIfNull(stops);
        ArgumentNullException.ThrowIfNull(frames);
        if (stops.Length != starts.Length || (frames.Length != starts.Length && frames.Length != 0))
        {
            throw new DatasetException(
                $"The table {name} has {starts.Length} onsets, {stops.Length} ends and {frames.Length} frames; expected as many of each.");
        }

        for (var row = 0; row < starts.Length; row++)
        {
            if (!(stops[row] >= starts[row]))
            {
                throw new DatasetException(
                    $"Row {row} of the table {name} starts at {starts[row]} s and ends at {stops[row]} s; expected an end not before its "
                    + "start.");
            }
        }

        (Name, Starts, Stops, Frames) = (name, starts, stops, frames);
    }

    /// <summary>As in the recording.</summary>
    public string Name { get; }

    /// <summary>Onsets in seconds.</summary>
    public ReadOnlyMemory<double> Starts { get; }

    /// <summary>Ends in seconds.</summary>
    public ReadOnlyMemory<double> Stops { get; }

    /// <summary>Which image or movie frame; -1 is a grey screen; empty where the table has no such column.</summary>
    public ReadOnlyMemory<long> Frames { get; }

    /// <summary>How many rows of the recording are not among these, since they have no start or no end.</summary>
    public int WithoutTimes { get; init; }

    /// <summary>How many rows are not among these, since they last too short a time.</summary>
    internal int TooShort { get; init; }

    /// <summary>How many presentations there are.</summary>
    public int Count => Starts.Length;

    /// <summary>A table without the rows that lack a start or an end.</summary>
    /// <exception cref="DatasetException">As the constructor.</exception>
    internal static StimulusTable Timed(string name, double[] starts, double[] stops, long[] frames)
    {
        var rows = RowsWithTimes(starts, stops);
        return starts.Length != stops.Length || rows.Length == starts.Length || (frames.Length > 0 && frames.Length != starts.Length)
            ? new StimulusTable(name, starts, stops, frames)
            : new StimulusTable(name, Array.ConvertAll(rows, row => starts[row]), Array.ConvertAll(rows, row => stops[row]),
                frames.Length == 0 ? frames : Array.ConvertAll(rows, row => frames[row])) { WithoutTimes = starts.Length - rows.Length };
    }

    /// <summary>The rows that last at least some time, and which those are.</summary>
    /// <exception cref="DatasetException">There is none.</exception>
    internal (StimulusTable Table, int[] Rows) AtLeast(double seconds)
    {
        int[] rows = [.. Enumerable.Range(0, Count).Where(row => Stops.Span[row] - Starts.Span[row] >= seconds)];
        return rows.Length > 0 || Count == 0
            ? (new StimulusTable(Name, Array.ConvertAll(rows, row => Starts.Span[row]), Array.ConvertAll(rows, row => Stops.Span[row]),
                Frames.IsEmpty ? [] : Array.ConvertAll(rows, row => Frames.Span[row]))
                { WithoutTimes = WithoutTimes, TooShort = Count - rows.Length }, rows)
            : throw new DatasetException(FormattableString.Invariant($"No row of {Name} lasts {seconds} s; ask for shorter ones."));
    }

    /// <summary>The rows with both a start and an end.</summary>
    internal static int[] RowsWithTimes(double[] starts, double[] stops) => [.. Enumerable.Range(0, Math.Min(starts.Length, stops.Length))
        .Where(row => double.IsFinite(starts[row]) && double.IsFinite(stops[row]))];

    /// <summary>The rows that show each image or frame, in order of time.</summary>
    /// <returns>For frame 0, 1, ... the row numbers; rows with a negative frame are in none.</returns>
    /// <exception cref="DatasetException">The table has no frames, or one beyond any movie.</exception>
    public int[][] RowsByFrame()
    {
        const long LargestFrame = 1_000_000;
        var frames = Frames.Span;
        if (frames.Length == 0)
        {
            throw new DatasetException(
                $"The table {Name} has no column 'frame' (or no rows); expected which image each presentation shows.");
        }

        long last = -1;
        foreach (var frame in frames)
        {
            last = Math.Max(last, frame);
        }

        if (last > LargestFrame)
        {
            throw new DatasetException($"The table {Name} names frame {last}; expected at most {LargestFrame}.");
        }

        var rows = Enumerable.Range(0, (int)last + 1).Select(_ => new List<int>()).ToArray();
        for (var row = 0; row < frames.Length; row++)
        {
            if (frames[row] >= 0)
            {
                rows[frames[row]].Add(row);
            }
        }

        return Array.ConvertAll(rows, list => list.ToArray());
    }

    /// <summary>
    /// The rows trial after trial, frame after frame; every frame gets as many trials as the rarest has, so there may be none.
    /// </summary>
    /// <exception cref="DatasetException">As for <see cref="RowsByFrame"/>.</exception>
    internal (int[] Rows, int Trials, int Frames) RowsByTrial()
    {
        var frames = RowsByFrame();
        var trials = frames.Length == 0 ? 0 : frames.Min(own => own.Length);
        return ([.. Enumerable.Range(0, trials).SelectMany(trial => frames.Select(own => own[trial]))], trials, frames.Length);
    }
}
