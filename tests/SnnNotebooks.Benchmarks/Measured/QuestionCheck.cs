using System.Globalization;
using System.Text.RegularExpressions;

namespace SnnNotebooks.Benchmarks.Measured;

/// <summary>
/// What a question lacks: a ratio says nothing without its peer, the peer's version, the day, the machine and the command.
/// </summary>
internal static partial class QuestionCheck
{
    /// <summary>A sentence for each fault.</summary>
    public static IEnumerable<string> Faults(Question question)
    {
        if (string.IsNullOrWhiteSpace(question.Title))
        {
            yield return "The question has no title.";
        }

        foreach (var text in question.Text.Concat(question.Remarks).Concat(Captions(question)).Where(text => Ratio().IsMatch(text)))
        {
            yield return $"A ratio stands in the text; give it a column with its peer: {Ratio().Match(text).Value}";
        }

        foreach (var fault in question.Tables.SelectMany(Faults).Concat(question.Timings.SelectMany(Faults)))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> Captions(Question question) =>
        question.Tables.Select(table => table.Text).Concat(question.Timings.Select(timing => timing.Text)).OfType<string>();

    private static IEnumerable<string> Faults(MeasuredTable table)
    {
        foreach (var fault in Origin(table))
        {
            yield return fault;
        }

        foreach (var column in table.Columns.Where(column => column.Peer is not null && !HasVersion(column.Peer)))
        {
            yield return $"The peer of the column '{column.Name}' has no version: {column.Peer}";
        }

        foreach (var row in table.Rows)
        {
            if (row.Count != table.Columns.Count)
            {
                yield return $"The row '{string.Join(", ", row)}' has {row.Count} cells; there are {table.Columns.Count} columns.";
                continue;
            }

            foreach (var (cell, column) in row.Zip(table.Columns).Where(pair => pair.Second.Peer is null && Ratio().IsMatch(pair.First)))
            {
                yield return $"The column '{column.Name}' has a ratio and no peer: {cell}";
            }
        }

        foreach (var column in table.Columns.Where(column => column.Peer is null && Quotient().IsMatch(column.Name)))
        {
            yield return $"The column '{column.Name}' is a ratio and has no peer.";
        }
    }

    private static IEnumerable<string> Faults(Timing timing)
    {
        foreach (var fault in Origin(timing))
        {
            yield return fault;
        }

        foreach (var backend in timing.Backends.Where(backend => !HasVersion(backend.Version)))
        {
            yield return $"{backend.Name} has no version: {backend.Version}";
        }

        foreach (var name in timing.Cases.SelectMany(each => each.Found.Keys).Concat(timing.Goals.Select(goal => goal.Backend))
            .Except(timing.Backends.Select(backend => backend.Name)))
        {
            yield return $"{name} has figures or a goal and is not among the backends.";
        }

        foreach (var each in timing.Cases)
        {
            foreach (var (name, sample) in each.Found.Where(found =>
                found.Value.None is null ? found.Value.Processes.Count == 0 : found.Value.None.Length == 0))
            {
                yield return $"{name} has neither a figure nor a reason in the case '{each.Name}'.";
            }
        }
    }

    private static IEnumerable<string> Origin(IMeasured measured)
    {
        if (string.IsNullOrWhiteSpace(measured.Command))
        {
            yield return "A table has no command.";
        }

        if (string.IsNullOrWhiteSpace(measured.Machine))
        {
            yield return $"The table of `{measured.Command}` names no machine.";
        }

        if (!DateOnly.TryParseExact(measured.Date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            yield return $"The table of `{measured.Command}` has no date like 2026-11-30: {measured.Date}";
        }
    }

    private static bool HasVersion(string peer) => peer.StartsWith("this kit", StringComparison.Ordinal) || Version().IsMatch(peer);

    [GeneratedRegex(@"\w \d+(\.\d+)*|\bat [0-9a-f]{7,}")]
    private static partial Regex Version();

    [GeneratedRegex(@"\S / \S")]
    private static partial Regex Quotient();

    [GeneratedRegex(@"\d+(\.\d+)? times (faster|slower|less|more|as (fast|long|slow|much))|\(\d+(\.\d+)?( to \d+(\.\d+)?)? x\)")]
    private static partial Regex Ratio();
}
