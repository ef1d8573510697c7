namespace SnnNotebooks.Host.Execution;

/// <summary>A line of a C# cell that speaks to the host: <c>#!name argument</c>, <c>#r "…"</c> or <c>#i "…"</c>.</summary>
/// <param name="Name"><c>#!import</c>, <c>#!time</c>, <c>#r</c> or <c>#i</c>.</param>
/// <param name="Argument">The rest of the line without blanks and quotes around it.</param>
/// <param name="LineInCell">Its line, from 1.</param>
internal sealed record Directive(string Name, string Argument, int LineInCell)
{
    public const string Import = "#!import";
    public const string Time = "#!time";
    public const string Reference = "#r";
    public const string Source = "#i";

    private static readonly string[] Known = [Import, Time];

    /// <summary>Reads one line.</summary>
    /// <returns>Null where the line is code; <c>#region</c> and <c>#if</c> are.</returns>
    /// <exception cref="FormatException">An unknown <c>#!</c> directive; the message offers the nearest known one.</exception>
    public static Directive? Parse(string line, int lineInCell)
    {
        if (!line.StartsWith('#'))
        {
            return null;
        }

        var blank = line.AsSpan().IndexOfAny(' ', '\t', '"');
        var name = blank < 0 ? line.TrimEnd() : line[..blank];
        var argument = blank < 0 ? "" : line[blank..].Trim();
        if (name is Reference or Source)
        {
            return new Directive(name, Unquoted(argument), lineInCell);
        }

        if (!name.StartsWith("#!", StringComparison.Ordinal))
        {
            return null;
        }

        if (Known.Contains(name))
        {
            return new Directive(name, Unquoted(argument), lineInCell);
        }

        throw new FormatException(Documents.KernelNames.Markers().ContainsKey(name[2..])
            ? $"{line.TrimEnd()} is no cell marker here: a marker stands alone on its line, without blanks or options after it."
            : $"Unknown directive {name}. Did you mean {Nearest(name)}? This host knows {string.Join(", ", Known)}, #r and #i.");
    }

    private static string Unquoted(string text) =>
        text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1].Trim() : text;

    private static string Nearest(string name) => Known.MinBy(known => Distance(known, name.Length > 64 ? name[..64] : name))!;

    // Levenshtein, one row at a time
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
