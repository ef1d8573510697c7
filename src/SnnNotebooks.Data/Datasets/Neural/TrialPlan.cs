using SnnNotebooks.Exchange;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>Which intervals of a session are its trials, and what is known of them.</summary>
/// <param name="Intervals">The trials; null for stretches of one length.</param>
/// <param name="Columns">The table of trials.</param>
/// <param name="Conditions">A condition for each trial, or null.</param>
/// <param name="ConditionName">What the trials differ in, or null.</param>
internal sealed record TrialPlan(
    StimulusTable? Intervals, IReadOnlyList<TrialColumn> Columns, IReadOnlyList<string>? Conditions, string? ConditionName)
{
    private const string Npy = ".npy";
    private const int MostNames = 20;
    private static readonly string[] Texts = [".csv", ".tsv", ".txt"];

    /// <summary>Whether what trials differ in is asked of a file of its own.</summary>
    public static bool IsFile(string name) => name.EndsWith(Npy, StringComparison.OrdinalIgnoreCase) || IsText(name);

    /// <summary>Whether a file is a table of trials as text.</summary>
    public static bool IsText(string name) => Texts.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    /// <summary>Chooses them.</summary>
    /// <exception cref="DatasetException">There is no such table or column, or files do not fit.</exception>
    public static TrialPlan Of(
        NeuralSession session, TrialRecordingOptions options, Func<string, IReadOnlyList<TrialColumn>> columns, string movie)
    {
        if (options.Trials is { } file && IsText(file))
        {
            var (own, ownColumns) = TextTrials.Read(file);
            const string Usual = "trials.";
            var renamed = options.By is { } asked && asked.StartsWith(Usual, StringComparison.Ordinal)
                && !session.Stimuli.ContainsKey("trials")
                ? $"{own.Name}.{asked[Usual.Length..]}" // whatever the file is called, it is the table of trials
                : options.By;
            return Of(new NeuralSession(session.Id, session.Units, [.. session.Stimuli.Values.Where(other => other.Name != own.Name), own]),
                options with { Trials = own.Name, By = renamed }, name => name == own.Name ? ownColumns : columns(name), movie);
        }

        var byFile = options.By is { } given && IsFile(given);
        var (byTable, byColumn) = options.By is null || byFile ? (null, null) : Split(options.By, options.Trials, session, columns);
        if (byTable is not null && options.Trials is not null && options.Trials != byTable)
        {
            throw new DatasetException(
                $"Trials are those of {options.Trials}, and conditions are asked of {byTable}; expected a column of {options.Trials}.");
        }

        var chosen = byTable ?? options.Trials
            ?? (session.Stimuli.ContainsKey(movie) && !byFile ? movie : session.Stimuli.ContainsKey("trials") ? "trials" : "none");
        if (chosen == "none")
        {
            return options.By is null
                ? new TrialPlan(null, [], null, null)
                : throw new DatasetException(
                    $"{session.Id} says nothing of trials, and conditions need them: name a table, or a file of starts and ends "
                    + "(CSV with columns start and stop, or .npy [trials, 2]).");
        }

        var intervals = chosen.EndsWith(Npy, StringComparison.OrdinalIgnoreCase) ? Times(chosen) : session.Stimulus(chosen);
        var table = session.Stimuli.ContainsKey(intervals.Name) ? columns(intervals.Name) : [];
        var by = byFile ? Fitting(ColumnOf(options.By!), intervals.Count)
            : byColumn is null ? null
            : table.FirstOrDefault(column => column.Name == byColumn)
                ?? throw new DatasetException(
                    $"The table {byTable} has no column {byColumn} of single numbers or texts; it has {Names(table)}.");
        if (options.Shortest > 0)
        {
            (intervals, var kept) = intervals.AtLeast(options.Shortest);
            table = [.. table.Select(column => column == by ? by = by.Rows(kept) : column.Rows(kept))];
            by = by is not null && !table.Contains(by) ? by.Rows(kept) : by;
        }

        return new TrialPlan(
            intervals, by is null || table.Contains(by) ? table : [by, .. table], by is null ? null : TrialConditions.Of(by),
            by is null ? null : byTable is null ? by.Name : $"{byTable}.{by.Name}");
    }

    /// <summary>A column from a <c>.npy</c> file of numbers or texts, or from a text of one column.</summary>
    /// <exception cref="DatasetException">The file is missing or damaged, or has more than one axis that is longer than 1.</exception>
    public static TrialColumn ColumnOf(string path)
    {
        if (IsText(path))
        {
            return TextTable.Open(path).Columns() is [var only]
                ? only
                : throw new DatasetException($"{path} has several columns; expected one, with a value for each trial or bin.");
        }

        try
        {
            var array = NumpyArray.Parse(File.ReadAllBytes(path), path);
            if (array.Shape.Count(axis => axis != 1) > 1)
            {
                throw new DatasetException(
                    $"{path} is [{string.Join(", ", array.Shape)}]; expected a value for each trial or bin, on one axis.");
            }

            var name = Path.GetFileNameWithoutExtension(path);
            return array.IsText
                ? new TrialColumn(name, array.Texts(), IsNumeric: false)
                : new TrialColumn(name, Numbers(array, path), IsNumeric: true);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {failure.Message}", failure);
        }
    }

    private static string Names(IReadOnlyList<TrialColumn> columns) =>
        columns.Count == 0 ? "none" : string.Join(", ", columns.Take(MostNames).Select(column => column.Name));

    private static string[] Numbers(NumpyArray array, string path)
    {
        using var scope = NewDisposeScope();
        var values = array.ToTensor();
        return values.is_complex()
            ? throw new DatasetException($"{path} holds complex numbers; expected numbers or texts, one for each trial or bin.")
            : Array.ConvertAll(values.flatten().to(float64).Numbers<double>(), TrialColumn.Text);
    }

    // a table's name may hold dots, and may be left out where one table alone has the column
    private static (string Table, string Column) Split(
        string by, string? trials, NeuralSession session, Func<string, IReadOnlyList<TrialColumn>> columns)
    {
        for (var dot = by.LastIndexOf('.'); dot > 0; dot = by.LastIndexOf('.', dot - 1))
        {
            if (session.Stimuli.ContainsKey(by[..dot]))
            {
                return (by[..dot], by[(dot + 1)..]);
            }
        }

        string[] tables = [.. session.Stimuli.Keys.Where(name => trials is null || name == trials).Order(StringComparer.Ordinal)];
        if (tables.Where(name => columns(name).Any(column => column.Name == by)).ToArray() is [var only])
        {
            return (only, by);
        }

        throw new DatasetException(
            $"{session.Id} has no table for '{by}'; expected TABLE.COLUMN, or a .npy or text file with a value for each trial. "
            + (tables.Length == 0
                ? "It has no table: give one by --trials, a text with columns start and stop and what is known of each trial."
                : $"It has {string.Join("; ", tables.Take(MostNames).Select(name => $"the table {name} with {Names(columns(name))}"))}."));
    }

    private static StimulusTable Times(string path)
    {
        using var scope = NewDisposeScope();
        Tensor times;
        try
        {
            times = NumpyArchive.ReadArray(path);
        }
        catch (Exception failure) when (failure is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new DatasetException($"{path} cannot be read: {failure.Message}", failure);
        }

        return times.dim() == 2 && times.shape[1] == 2 && !times.is_complex()
            ? new StimulusTable(Path.GetFileName(path), times.select(1, 0).to(float64).Numbers<double>(),
                times.select(1, 1).to(float64).Numbers<double>(), [])
            : throw new DatasetException(
                $"{path} is [{string.Join(", ", times.shape)}]; expected [trials, 2]: when each begins and ends, in seconds.");
    }

    private static TrialColumn Fitting(TrialColumn column, int trials) => column.Values.Count == trials
        ? column
        : throw new DatasetException($"{column.Name} holds {column.Values.Count} values; expected one for each of {trials} trials.");
}
