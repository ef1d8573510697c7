namespace SnnNotebooks.Host.Execution;

/// <summary>A line of a cell that speaks to the host: <c>#!name argument</c>, <c>#r "…"</c> or <c>#i "…"</c>.</summary>
/// <param name="Name">One of the names below.</param>
/// <param name="Argument">The rest of the line without blanks and quotes around it.</param>
/// <param name="LineInCell">Its line, from 1.</param>
/// <param name="Body">For <c>#!value</c> the lines that follow it.</param>
internal sealed record Directive(string Name, string Argument, int LineInCell, string Body = "")
{
    public const string Import = "#!import";
    public const string Time = "#!time";
    public const string Who = "#!who";
    public const string Whos = "#!whos";
    public const string List = "#!lsmagic";
    public const string Set = "#!set";
    public const string Share = "#!share";
    public const string Value = "#!value";
    public const string Reference = "#r";
    public const string Source = "#i";

    /// <summary>Every directive and what it does, as <c>#!lsmagic</c> tells it.</summary>
    public static IReadOnlyDictionary<string, string> Known { get; } = new Dictionary<string, string>
    {
        [Import] = "FILE: runs a .dib, .ipynb, .cs or .csx file here; the path is relative to this notebook",
        [Reference] = "\"nuget: Id, version\" or \"path.dll\": refers to a package or an assembly",
        [Source] = "\"nuget: folder or address\": adds a source of packages",
        [Set] = "--name NAME --value VALUE: sets a variable; VALUE is a literal, @csharp:other, @value:name, @input:prompt or @password:prompt",
        [Share] = "NAME --from KERNEL [--as OTHER]: brings a value over from another kernel",
        [Value] = "--name NAME [--from-file FILE] [--mime-type TYPE]: stores the lines that follow, or a file, as a value",
        [Time] = "shows how long the cell took",
        [Who] = "names the variables",
        [Whos] = "lists the variables with types and values",
        [List] = "lists these directives",
    };

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
        if (name is Reference or Source || name.StartsWith("#!", StringComparison.Ordinal) && Known.ContainsKey(name))
        {
            return new Directive(name, Unquoted(argument), lineInCell);
        }

        if (!name.StartsWith("#!", StringComparison.Ordinal))
        {
            return null;
        }

        throw new FormatException(Documents.KernelNames.Markers().ContainsKey(name[2..])
            ? $"{line.TrimEnd()} is no cell marker here: a marker stands alone on its line, without blanks or options after it."
            : $"Unknown directive {name}. Did you mean {Nearest(name)}? This host knows {string.Join(", ", Known.Keys)}.");
    }

    /// <summary>Reads the argument as options, <c>--name value</c>, and words without a name.</summary>
    /// <param name="known">The options this directive takes, without dashes.</param>
    /// <exception cref="NotebookException">An option that is not among them, or one without a value.</exception>
    public (IReadOnlyDictionary<string, string> Options, IReadOnlyList<string> Words) Options(params string[] known)
    {
        var options = new Dictionary<string, string>();
        var words = new List<string>();
        var tokens = new Queue<string>(Tokens(Argument));
        while (tokens.TryDequeue(out var token))
        {
            if (!token.StartsWith("--", StringComparison.Ordinal))
            {
                words.Add(token);
                continue;
            }

            if (!known.Contains(token[2..]))
            {
                throw new NotebookException($"{Name} has no option {token}. Expected {Name} {Known[Name]}.");
            }

            options[token[2..]] = tokens.TryDequeue(out var value) ? value : throw new NotebookException($"{Name}: {token} has no value. Expected {Name} {Known[Name]}.");
        }

        return (options, words);
    }

    private static IEnumerable<string> Tokens(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (char.IsWhiteSpace(text[i]))
            {
                i++;
                continue;
            }

            var quote = text[i] is '"' or '\'' ? text[i] : '\0';
            var end = quote == '\0' ? text.AsSpan(i).IndexOfAny(' ', '\t') : text.AsSpan(i + 1).IndexOf(quote);
            if (quote != '\0' && end >= 0)
            {
                yield return text.Substring(i + 1, end);
                i += end + 2;
            }
            else
            {
                end = quote != '\0' || end < 0 ? text.Length - i : end;
                yield return text.Substring(i, end);
                i += end;
            }
        }
    }

    private static string Unquoted(string text) =>
        text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0] && !text.AsSpan(1, text.Length - 2).Contains(text[0]) ? text[1..^1].Trim() : text;

    private static string Nearest(string name) => Known.Keys.MinBy(known => Distance(known, name.Length > 64 ? name[..64] : name))!;

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
