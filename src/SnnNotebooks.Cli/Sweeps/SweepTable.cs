using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Interactive.Views;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>One figure of the tasks that differ by their seed alone.</summary>
/// <param name="Run">Name, variant and point of the grid.</param>
/// <param name="Figure">What was measured.</param>
/// <param name="Seeds">Each seed's number, in the order of the plan; the key is empty where there is no seed.</param>
/// <param name="Missing">Seeds without the number: their task has no row, failed, or did not measure it.</param>
internal sealed record SweepTableLine(
    string Run, string Figure, IReadOnlyDictionary<string, double> Seeds, IReadOnlyList<string> Missing)
{
    /// <summary>How many numbers there are.</summary>
    public int Count => Seeds.Count;

    /// <summary>Their mean.</summary>
    public double Mean => SampleSpread.Of(Seeds.Values).Mean;

    /// <summary>Their standard deviation (n - 1); null for one.</summary>
    public double? Deviation => Count < 2 ? null : SampleSpread.Of(Seeds.Values).Deviation;
}

/// <summary>The figures of a sweep.</summary>
/// <param name="Title">The sweep.</param>
/// <param name="Lines">The figures, in the order of the plan.</param>
/// <param name="Missing">Tasks without a row of success.</param>
/// <param name="Cautions">What a reader of the numbers must know.</param>
internal sealed record SweepTable(
    string Title, IReadOnlyList<SweepTableLine> Lines, IReadOnlyList<string> Missing, IReadOnlyList<string> Cautions)
{
    /// <summary>Gathers the rows.</summary>
    public static SweepTable Of(SweepFolder folder, SweepPlan plan)
    {
        var rows = Rows(folder, plan);
        SweepTask[] missing = [.. plan.Tasks.Where(task => !rows.ContainsKey(task.Id))];
        return new SweepTable(
            plan.Title,
            [.. plan.Tasks.GroupBy(task => task.Group).SelectMany(group => Of(group.Key, [.. group], rows))],
            [.. missing.Select(task => task.Title)],
            [.. Differences(rows.Values)]);
    }

    /// <summary>The rows of tasks that ended well.</summary>
    public static Dictionary<string, TaskRow> Rows(SweepFolder folder, SweepPlan plan) => plan.Tasks
        .Select(task => folder.Row(task.Id, out _)).OfType<TaskRow>().Where(row => row.Exit == 0).ToDictionary(row => row.Task);

    /// <summary>The table as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SweepJson.Options);

    /// <summary>The lines as a table.</summary>
    public TableView Show() => new(Title, ["run", "figure", "mean", "deviation", "n", "each seed", "missing"],
        [.. Lines.Select(line => (IReadOnlyList<string>)[line.Run, line.Figure, Number(line.Mean),
            line.Deviation is { } deviation ? Number(deviation) : "-", line.Count.ToString(CultureInfo.InvariantCulture),
            string.Join(", ", line.Seeds.Select(seed => seed.Key.Length == 0 ? Number(seed.Value) : $"{seed.Key}: {Number(seed.Value)}")),
            line.Missing.Count == 0 ? "-" : string.Join(", ", line.Missing)])]);

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n',
        [Lines.Count == 0 ? $"{Title}: no figures yet" : Show().ToString(),
            .. Missing.Count == 0 ? Array.Empty<string>() : [$"missing: {string.Join("; ", Missing)}"],
            .. Cautions.Select(caution => $"caution: {caution}")]);

    private static string Number(double value) => value.ToString("G5", CultureInfo.InvariantCulture);

    private static IEnumerable<SweepTableLine> Of(string run, SweepTask[] tasks, Dictionary<string, TaskRow> rows)
    {
        var measured = tasks.Select(task => (Seed: $"{task.Seed}", Figures: rows.GetValueOrDefault(task.Id)?.Figures)).ToArray();
        return measured.SelectMany(task => task.Figures?.Keys ?? []).Distinct().Select(figure => new SweepTableLine(
            run, figure,
            measured.Where(task => task.Figures?.ContainsKey(figure) == true)
                .ToDictionary(task => task.Seed, task => task.Figures![figure]),
            [.. measured.Where(task => task.Figures?.ContainsKey(figure) != true).Select(task => task.Seed)]));
    }

    // numbers of different programs or notebooks do not belong in one mean without a word
    private static IEnumerable<string> Differences(IReadOnlyCollection<TaskRow> rows)
    {
        foreach (var version in rows.SelectMany(row => row.Versions).Where(version => version.Key != "system").GroupBy(one => one.Key))
        {
            string[] values = [.. version.Select(one => one.Value).Distinct()];
            if (values.Length > 1)
            {
                yield return $"the rows come from runs with different {version.Key}: {string.Join(", ", values)}";
            }
        }

        foreach (var notebook in rows.Where(row => row.Notebook is not null).GroupBy(row => row.Notebook))
        {
            if (notebook.Select(row => row.NotebookSha256).Distinct().Count() > 1)
            {
                yield return $"{notebook.Key} was changed between rows";
            }
        }
    }
}
