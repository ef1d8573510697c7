using System.Globalization;

namespace SnnNotebooks.Benchmarks.Measured;

/// <summary>A timing as a table, with what it says about goals and about rivals that are ahead.</summary>
internal static class TimingTable
{
    /// <summary>Writes it.</summary>
    /// <param name="timing">What was measured.</param>
    /// <param name="kit">The kit's name among the backends.</param>
    /// <param name="table">Takes header and rows.</param>
    /// <param name="paragraph">Takes each paragraph after the table.</param>
    public static void Write(
        Timing timing, string kit, Action<IReadOnlyList<string>, IEnumerable<IReadOnlyList<string>>> table, Action<string> paragraph)
    {
        var rivals = timing.Backends.Where(backend => backend.Rival && backend.Name != kit).Select(backend => backend.Name).ToArray();
        var header = new List<string> { timing.Unit };
        header.AddRange(timing.Backends.Select(backend => backend.Name));
        header.Add("best rival / kit");
        table(header, timing.Cases.Select(each => (IReadOnlyList<string>)
            [each.Name, .. timing.Backends.Select(backend => Shown(Found(each, backend.Name))), Best(each, rivals, kit)]));
        paragraph($"Medians of the processes' medians; in brackets the least figure of all. {string.Join("; ",
            timing.Backends.GroupBy(backend => backend.Version)
                .Select(group => $"{string.Join(", ", group.Select(backend => backend.Name))}: {group.Key}"))}.");
        foreach (var (backend, reason) in timing.Cases
            .SelectMany(each => each.Found.Select(found => (Backend: found.Key, found.Value.None, each.Name)))
            .Where(found => found.None is not null)
            .GroupBy(found => (found.Backend, found.None))
            .Select(group => (group.Key.Backend, $"{group.Key.None} ({string.Join(", ", group.Select(found => found.Name))})")))
        {
            paragraph($"No figure of {backend}: {reason}.");
        }

        foreach (var goal in timing.Goals)
        {
            var verdicts = timing.Cases.Select(each => (each.Name, Compared: Comparison.Of(Found(each, goal.Backend), Found(each, kit))))
                .Where(each => each.Compared is not null)
                .Select(each => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{each.Name} {each.Compared!.Value.Reaches(goal.Times).ToString().ToLowerInvariant()} "
                    + $"({each.Compared.Value.Ratio:0.00})"));
            paragraph(string.Create(
                CultureInfo.InvariantCulture, $"Goal, {goal.Backend} / kit at least {goal.Times:0.##}: {string.Join(", ", verdicts)}."));
        }

        var behind = timing.Cases.SelectMany(each => rivals.Select(rival =>
            (each.Name, rival, Compared: Comparison.Of(Found(each, rival), Found(each, kit)))))
            .Where(each => each.Compared is { Ratio: < 1 })
            .Select(each => string.Create(
                CultureInfo.InvariantCulture,
                $"{each.Name}, {each.rival} takes {each.Compared!.Value.Ratio:0.00} of the kit's "
                + $"({(each.Compared.Value.Reaches(1) == Outcome.Fail ? "lost" : "within the spread")})"))
            .ToArray();
        if (rivals.Length > 0)
        {
            paragraph(behind.Length == 0 ? "No rival is ahead." : $"Rivals ahead: {string.Join("; ", behind)}.");
        }
    }

    private static Sample? Found(TimedCase each, string backend) => each.Found.GetValueOrDefault(backend);

    private static string Shown(Sample? sample) => sample is not { Processes.Count: > 0 }
        ? "-"
        : $"{Number(sample.Median)} ({Number(sample.Least)})";

    private static string Best(TimedCase each, string[] rivals, string kit)
    {
        var best = rivals.Select(rival => (rival, Compared: Comparison.Of(Found(each, rival), Found(each, kit))))
            .Where(rival => rival.Compared is not null).OrderBy(rival => rival.Compared!.Value.Ratio).FirstOrDefault();
        return best.Compared is { } compared
            ? string.Create(CultureInfo.InvariantCulture, $"{compared.Ratio:0.00} ({best.rival})")
            : "-";
    }

    private static string Number(double value) => value.ToString(
        value >= 100 ? "N0" : value >= 10 ? "0.0" : value >= 1 ? "0.00" : "0.000", CultureInfo.InvariantCulture);
}
