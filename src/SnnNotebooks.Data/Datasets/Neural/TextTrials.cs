namespace SnnNotebooks.Datasets.Neural;

/// <summary>A table of trials as text, such as CSV: columns of starts and ends in seconds, and what trials differ in.</summary>
internal static class TextTrials
{
    private static readonly string[] Starts = ["start", "starts", "starttime", "starttimes", "onset", "onsets", "begin"];
    private static readonly string[] Stops = ["stop", "stops", "stoptime", "stoptimes", "end", "ends", "endtime", "endtimes", "offset",
        "offsets"];

    /// <summary>Whether a column or variable is called as starts are, <c>trial_start</c> among them.</summary>
    public static bool IsStart(string name) => IsOneOf(Starts, name);

    /// <summary>Whether it is called as ends are.</summary>
    public static bool IsStop(string name) => IsOneOf(Stops, name);

    /// <summary>Reads a table; its name is the file's.</summary>
    /// <exception cref="DatasetException">It cannot be read, or has no columns called start and stop or the like.</exception>
    public static (StimulusTable Intervals, IReadOnlyList<TrialColumn> Columns) Read(string path)
    {
        var table = TextTable.Open(path);
        int Place(Func<string, bool> isWanted) => table.Names?.ToList().FindIndex(name => isWanted(name)) ?? -1;
        var (start, stop) = (Place(IsStart), Place(IsStop));
        if (start < 0 || stop < 0)
        {
            throw new DatasetException(
                $"{path} has {table.Width} columns ({string.Join(", ", table.Names ?? ["without names"])}); expected start and stop among "
                + "them: when each trial begins and ends, in seconds.");
        }

        List<double> starts = [], stops = [];
        table.ForEach((line, fields) =>
        {
            starts.Add(table.Number(line, fields, start));
            stops.Add(table.Number(line, fields, stop));
        });
        var kept = StimulusTable.RowsWithTimes([.. starts], [.. stops]);
        return (StimulusTable.Timed(Path.GetFileNameWithoutExtension(path), [.. starts], [.. stops], []),
            [.. table.Columns().Where((_, place) => place != start && place != stop).Select(column => column.Rows(kept))]);
    }

    // trialStart and trials_start are start
    private static bool IsOneOf(string[] names, string name) => TextTable.Plain(name) is var plain
        && new[] { string.Empty, "trial", "trials" }.Any(before => plain.StartsWith(before, StringComparison.Ordinal)
            && names.Contains(plain[before.Length..]));
}
