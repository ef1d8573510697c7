using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SnnNotebooks.Cli.Bench;

/// <summary>What <c>snn bench gpu</c> found, as text and as JSON.</summary>
/// <param name="plan">What was timed.</param>
/// <param name="rounds">What the processes said, by round.</param>
/// <param name="processes">How many rounds there should have been; no verdict is made of fewer.</param>
internal sealed class BenchTables(BenchPlan plan, IReadOnlyList<IReadOnlyList<BenchLine>> rounds, int processes)
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    private readonly IReadOnlyDictionary<(string Case, string Backend), BenchTimes> times = BenchTimes.Collect(rounds);
    private readonly IReadOnlyDictionary<(string Case, string Backend), BenchMemory> memory = BenchMemory.Collect(rounds);

    /// <summary>The verdicts, in the order of the goals.</summary>
    public IReadOnlyList<BenchVerdict> Verdicts => [.. plan.Goals.Select(goal => BenchVerdict.Of(goal, times, memory, processes))];

    private IReadOnlyList<string> About =>
        [.. rounds.SelectMany(lines => lines).Where(line => line.Case is null).Select(line => line.Backend).Distinct()];

    private IEnumerable<string> Failures => rounds.SelectMany(lines => lines).Where(line => line.Error is not null)
        .GroupBy(line => (line.Case, line.Backend)).Select(group => $"{group.Key.Case}, {group.Key.Backend}: {group.First().Error}");

    /// <summary>The tables.</summary>
    public string Text()
    {
        var text = new StringBuilder();
        foreach (var about in About)
        {
            text.AppendLine(about);
        }

        var backends = times.Keys.Select(key => key.Backend).Distinct().OrderBy(name => name != BenchVerdict.Kit)
            .ThenBy(name => name, StringComparer.Ordinal).ToArray();
        var widths = Array.ConvertAll(backends, name => Math.Max(24, name.Length));
        var first = plan.Cases.Max(each => each.Name.Length);
        text.AppendLine().AppendLine("ms: median of the processes' medians (fastest run; processes apart)");
        text.Append(string.Empty.PadRight(first));
        text.AppendLine(string.Concat(backends.Zip(widths, (name, width) => "  " + name.PadLeft(width))));
        foreach (var each in plan.Cases.Where(each => each.Kind != "memory"))
        {
            text.Append(each.Name.PadRight(first));
            text.AppendLine(string.Concat(backends.Zip(widths, (name, width) =>
                "  " + (times.TryGetValue((each.Name, name), out var found) ? Shown(found) : "-").PadLeft(width))));
        }

        text.AppendLine().AppendLine("memory, MiB: the most; growth over all steps in each process");
        foreach (var ((name, backend), found) in memory)
        {
            var growth = string.Join(", ", found.Growth.Select(each => each.ToString("0.0", CultureInfo.InvariantCulture)));
            text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{name.PadRight(first)}  {backend}  {found.Peak:0}; {growth}"));
        }

        if (plan.Goals.Count > 0)
        {
            text.AppendLine().AppendLine("goals: the kit's figure divided by the yardstick's");
        }

        foreach (var verdict in Verdicts)
        {
            var ratio = double.IsNaN(verdict.Ratio) ? "-" : verdict.Ratio.ToString("0.00", CultureInfo.InvariantCulture);
            text.AppendLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{verdict.Outcome.ToString().ToUpperInvariant(),-12}  {verdict.Goal.Case.PadRight(first)}  {ratio,6} (goal "
                + $"{verdict.Goal.Most:0.00})  {verdict.Against}"));
        }

        foreach (var failure in Failures)
        {
            text.AppendLine($"no times: {failure.ReplaceLineEndings(" ")}");
        }

        return text.ToString();
    }

    /// <summary>The same, with every process's median.</summary>
    public string Json() => JsonSerializer.Serialize(
        new
        {
            about = About,
            times = times.Select(entry => new
            {
                @case = entry.Key.Case,
                backend = entry.Key.Backend,
                median = entry.Value.Median,
                fastest = entry.Value.Least,
                spread = entry.Value.Spread,
                processes = entry.Value.Medians,
            }),
            memory = memory.Select(entry => new
            {
                @case = entry.Key.Case, backend = entry.Key.Backend, peak = entry.Value.Peak, growth = entry.Value.Growth,
            }),
            goals = Verdicts.Select(verdict => new
            {
                @case = verdict.Goal.Case,
                against = verdict.Against,
                most = verdict.Goal.Most,
                ratio = double.IsNaN(verdict.Ratio) ? (double?)null : verdict.Ratio,
                outcome = verdict.Outcome.ToString().ToLowerInvariant(),
            }),
            failures = Failures,
        },
        Layout);

    private static string Shown(BenchTimes found) => string.Create(
        CultureInfo.InvariantCulture, $"{found.Median:0.000} ({found.Least:0.000}; {100 * found.Spread:0} %)");
}
