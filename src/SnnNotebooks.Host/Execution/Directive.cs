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
        [Set] =
            "--name NAME --value VALUE: sets a variable; VALUE is a literal, @csharp:other, @value:name, @input:prompt or @password:prompt",
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
            return new Directive(name, Unquoted(name is Reference or Source ? WithoutComment(argument) : argument), lineInCell);
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
    /// <returns>The options by name, the words, and the names of the options whose value stood in quotes.</returns>
    /// <exception cref="NotebookException">An option that is not among them, or one without a value.</exception>
    public (IReadOnlyDictionary<string, string> Options, IReadOnlyList<string> Words, IReadOnlySet<string> Quoted) Options(
        params string[] known)
    {
        var quoted = new HashSet<string>();
        var options = new Dictionary<string, string>();
        var words = new List<string>();
        var tokens = new Queue<(string Text, bool IsQuoted)>(Tokens(Argument));
        while (tokens.TryDequeue(out var next))
        {
            var token = next.Text;
            if (next.IsQuoted || !token.StartsWith("--", StringComparison.Ordinal))
            {
                words.Add(token);
                continue;
            }

            if (!known.Contains(token[2..]))
            {
                throw new NotebookException($"{Name} has no option {token}. Expected {Name} {Known[Name]}.");
            }

            var value = tokens.TryDequeue(out var given)
                ? given
                : throw new NotebookException($"{Name}: {token} has no value. Expected {Name} {Known[Name]}.");
            options[token[2..]] = value.Text;
            if (value.IsQuoted)
            {
                quoted.Add(token[2..]);
            }
        }

        return (options, words, quoted);
    }

    private static IEnumerable<(string Text, bool IsQuoted)> Tokens(string text)
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
                yield return (text.Substring(i + 1, end), true);
                i += end + 2;
            }
            else
            {
                end = quote != '\0' || end < 0 ? text.Length - i : end;
                yield return (text.Substring(i, end), false);
                i += end;
            }
        }
    }

    private static string WithoutComment(string text) =>
        text.StartsWith('"') && text.IndexOf('"', 1) is var end and > 0 && text.AsSpan(end + 1).TrimStart().StartsWith("//")
            ? text[..(end + 1)]
            : text;

    private static string Unquoted(string text) =>
        text.Length >= 2 && text[0] is '"' or '\'' && text[^1] == text[0] && !text.AsSpan(1, text.Length - 2).Contains(text[0])
            ? text[1..^1].Trim()
            : text;

    private static string Nearest(string name) => Spelling.Nearest(name, Known.Keys)!;
}
