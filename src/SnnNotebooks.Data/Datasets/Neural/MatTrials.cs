namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// Finds tables of trials in a MAT file: a struct of lists of one length, a struct array with a record for each trial, or variables side
/// by side. Two of them are starts and ends in seconds, called <c>start</c> and <c>stop</c>, <c>trialStart</c> and <c>trialEnd</c> or the
/// like.
/// </summary>
internal static class MatTrials
{
    private const string SideBySide = "trials"; // what variables of their own are called together

    /// <summary>The tables with what else is known of their rows; none where nothing looks like trials.</summary>
    public static IReadOnlyList<(StimulusTable Intervals, IReadOnlyList<TrialColumn> Columns)> Find(MatFile file)
    {
        var structs = file.Variables.Where(variable => variable.Class == MatClass.Struct)
            .Select(variable => (variable.Name, Columns: variable.Fields.Select((_, place) => Field(variable, place))));
        var own = file.Variables.Select(variable => Vector(variable.Name, variable));
        return [.. structs.Append((SideBySide, own)).Select(table => Table(table.Item1, [.. table.Item2.OfType<Column>()]))
            .OfType<(StimulusTable Intervals, IReadOnlyList<TrialColumn> Columns)>().DistinctBy(table => table.Intervals.Name)];
    }

    /// <summary>A variable with a value for each trial, such as what it was; null where there is none of this name.</summary>
    public static TrialColumn? Named(MatFile file, string name) =>
        file.Variables.FirstOrDefault(variable => variable.Name == name) is { } variable ? Vector(name, variable)?.Texts : null;

    private static (StimulusTable, IReadOnlyList<TrialColumn>)? Table(string name, Column[] columns)
    {
        var starts = Array.Find(columns, column => TextTrials.IsStart(column.Texts.Name))?.Numbers ?? [];
        var stops = Array.Find(columns, column => TextTrials.IsStop(column.Texts.Name))?.Numbers ?? [];
        var kept = StimulusTable.RowsWithTimes(starts, stops);
        return starts.Length < 2 || starts.Length != stops.Length || Array.Exists(kept, row => stops[row] < starts[row])
            ? null // something else
            : (StimulusTable.Timed(name, starts, stops, []), [.. columns
                .Where(column => column.Numbers != starts && column.Numbers != stops && column.Texts.Values.Count == starts.Length)
                .Select(column => column.Texts.Rows(kept))]);
    }

    private static Column? Field(MatArray array, int place)
    {
        var (name, fields) = (array.Fields[place], array.Fields.Count);
        return array.Count == 1
            ? Vector(name, array.Field(name))
            : OfCells(name, [.. Enumerable.Range(0, array.Cells.Count / fields).Select(record => array.Cells[(record * fields) + place])]);
    }

    private static Column? Vector(string name, MatArray array) =>
        array.Shape.Count(axis => axis != 1) > 1 ? null
        : array.IsNumeric ? Column.Of(name, array.Doubles())
        : array.Class == MatClass.Cell ? OfCells(name, array.Cells)
        : null;

    private static Column? OfCells(string name, IReadOnlyList<MatArray> cells) =>
        cells.Count == 0 ? null
        : cells.All(cell => cell.IsNumeric && cell.Count == 1) ? Column.Of(name, [.. cells.Select(cell => cell.Doubles()[0])])
        : cells.All(cell => cell.Class == MatClass.Char)
            ? new Column(null, new TrialColumn(name, [.. cells.Select(cell => cell.Text())], IsNumeric: false))
        : null;

    private sealed record Column(double[]? Numbers, TrialColumn Texts)
    {
        public static Column Of(string name, double[] numbers) =>
            new(numbers, new TrialColumn(name, Array.ConvertAll(numbers, TrialColumn.Text), IsNumeric: true));
    }
}
