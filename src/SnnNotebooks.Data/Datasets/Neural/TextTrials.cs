namespace SnnNotebooks.Datasets.Neural;

/// <summary>A table of trials as text, such as CSV: columns of starts and ends in seconds, and what trials differ in.</summary>
internal static class TextTrials
{
    private static readonly string[] Starts = ["start", "starts", "starttime", "onset", "begin"];
    private static readonly string[] Stops = ["stop", "stops", "stoptime", "end", "ends", "endtime", "offset"];

    /// <summary>Reads a table; its name is the file's.</summary>
    /// <exception cref="DatasetException">It cannot be read, or has no columns called start and stop or the like.</exception>
    public static (StimulusTable Intervals, IReadOnlyList<TrialColumn> Columns) Read(string path)
    {
        var table = TextTable.Open(path);
        var (start, stop) = (table.Find(Starts), table.Find(Stops));
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
}
