using System.Text.RegularExpressions;

namespace SnnNotebooks.Datasets.Events.Formats;

/// <summary>
/// Which columns of a table are times, columns, rows and polarities of events, found by the names that exchange formats give them.
/// </summary>
/// <param name="Time">The place of the times, from 0.</param>
/// <param name="X">Of the columns.</param>
/// <param name="Y">Of the rows.</param>
/// <param name="Polarity">Of the polarities.</param>
/// <param name="Unit">What the name of the times says of their unit, or null.</param>
internal sealed partial record EventColumns(int Time, int X, int Y, int Polarity, EventTimeUnit? Unit = null)
{
    private static readonly string[] Times = ["t", "ts", "time", "times", "timestamp", "timestamps"];
    private static readonly string[] Columns = ["x", "xs", "col", "column", "xaddr", "xcoordinate"];
    private static readonly string[] Rows = ["y", "ys", "row", "yaddr", "ycoordinate"];
    private static readonly string[] Polarities = ["p", "ps", "pol", "pols", "polarity", "polarities"];

    /// <summary>Finds the columns.</summary>
    /// <param name="names">The names, in the table's order.</param>
    /// <returns>The places, or null where one of the four is not there, or is there twice.</returns>
    public static EventColumns? Of(IReadOnlyList<string> names)
    {
        var parsed = names.Select(Parse).ToArray();
        var (time, x, y, polarity) = (Only(parsed, Times), Only(parsed, Columns), Only(parsed, Rows), Only(parsed, Polarities));
        return time < 0 || x < 0 || y < 0 || polarity < 0 ? null : new EventColumns(time, x, y, polarity, parsed[time].Unit);
    }

    /// <summary>The columns as a user gives them.</summary>
    /// <exception cref="ArgumentException">One of the four is not there, or is there twice.</exception>
    public static EventColumns Given(string columns) => Of(columns.Split(',', StringSplitOptions.TrimEntries))
        ?? throw new ArgumentException(
            $"The columns '{columns}' are not clear; expected t, x, y and p in the file's order, and - for others, such as t,x,y,p.");

    /// <summary>
    /// The columns in the order a comment speaks of them, such as v2e's "Format is time (float s), x, y, polarity"; null where it does not.
    /// </summary>
    public static EventColumns? OfComment(string comment)
    {
        var words = WordPattern().Matches(comment).Select(match => match.Value).ToArray();
        var known =
            words.Where(
                word => Parse(word) is var (name, _)
                    && (Times.Contains(name) || Columns.Contains(name) || Rows.Contains(name) || Polarities.Contains(name)))
                        .Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return known.Length == 4 && Of(known) is { } found ? found with { Unit = found.Unit ?? UnitIn(words) } : null;
    }

    private static EventTimeUnit? UnitIn(IEnumerable<string> words)
    {
        var units = words.Select(Named).OfType<EventTimeUnit>().Distinct().ToArray();
        return units.Length == 1 ? units[0] : null;
    }

    private static int Only((string Name, EventTimeUnit? Unit)[] names, string[] wanted)
    {
        var found = Enumerable.Range(0, names.Length).Where(place => wanted.Contains(names[place].Name)).ToArray();
        return found.Length == 1 ? found[0] : -1;
    }

    private static (string Name, EventTimeUnit? Unit) Parse(string column)
    {
        var text = column.Trim().Trim('"', '\'').ToLowerInvariant();
        var match = NamePattern().Match(text);
        return match.Success && Named(match.Groups["unit"].Value) is { } unit
            ? (Letters(match.Groups["name"].Value), unit)
            : (Letters(text), null);
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetter));

    private static EventTimeUnit? Named(string text) => text.ToLowerInvariant() switch
    {
        "ns" or "nanosecond" or "nanoseconds" => EventTimeUnit.Nanoseconds,
        "us" or "µs" or "μs" or "usec" or "microsecond" or "microseconds" => EventTimeUnit.Microseconds,
        "ms" or "msec" or "millisecond" or "milliseconds" => EventTimeUnit.Milliseconds,
        "s" or "sec" or "second" or "seconds" => EventTimeUnit.Seconds,
        _ => null,
    };

    // a name, then a unit in brackets or after a separator
    [GeneratedRegex(@"^(?<name>[a-z]+)\s*[\s_\-\(\[/]\s*(?<unit>[a-zµμ]+)\s*[\)\]]?$",
        RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"[A-Za-zµμ]+", RegexOptions.NonBacktracking)]
    private static partial Regex WordPattern();
}
