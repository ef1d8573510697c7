using System.Net;
using System.Text;

namespace SnnNotebooks.Host.Exporting;

/// <summary>Colours C# by its words alone: keywords, texts, comments, numbers, directives.</summary>
internal static class CSharpHighlighter
{
    private static readonly HashSet<string> Keywords =
    [
        .. ("abstract as async await base bool break byte case catch char checked class const continue decimal default delegate do "
            + "double else enum event " +
            "explicit extern false finally fixed float for foreach get goto if implicit in init int interface internal is lock long "
            + "namespace new not null object " +
            "operator or and out override params private protected public readonly record ref required return sbyte sealed set short "
            + "sizeof stackalloc static string " +
            "struct switch this throw true try typeof uint ulong unchecked unsafe ushort using var virtual void volatile when where "
            + "while with yield").Split(' '),
    ];

    /// <summary>Escaped HTML with a <c>span</c> around what is coloured.</summary>
    public static string Highlight(string source)
    {
        var html = new StringBuilder(source.Length * 2);
        for (var i = 0; i < source.Length;)
        {
            var (end, style) = Token(source, i);
            var text = WebUtility.HtmlEncode(source[i..end]);
            html.Append(style is null ? text : $"<span class=\"{style}\">{text}</span>");
            i = end;
        }

        return html.ToString();
    }

    private static (int End, string? Style) Token(string s, int i)
    {
        var c = s[i];
        var next = i + 1 < s.Length ? s[i + 1] : '\0';
        if (c == '#' && (i == 0 || s[i - 1] == '\n'))
        {
            return (EndOf(s, "\n", i, 0), "d");
        }

        if (c == '/' && next == '/')
        {
            return (EndOf(s, "\n", i, 0), "c");
        }

        if (c == '/' && next == '*')
        {
            return (EndOf(s, "*/", i + 2, 2), "c");
        }

        if (c is '"' or '$' or '@' && TextEnd(s, i) is { } end)
        {
            return (end, "s");
        }

        if (c == '\'')
        {
            return (Quoted(s, i + 1, '\''), "s");
        }

        var stop = i + 1;
        if (char.IsLetter(c) || c == '_')
        {
            while (stop < s.Length && (char.IsLetterOrDigit(s[stop]) || s[stop] == '_'))
            {
                stop++;
            }

            return (stop, Keywords.Contains(s[i..stop]) ? "k" : null);
        }

        if (char.IsAsciiDigit(c))
        {
            while (stop < s.Length
                && (char.IsAsciiLetterOrDigit(s[stop]) || s[stop] == '_'
                    || (s[stop] == '.' && stop + 1 < s.Length && char.IsAsciiDigit(s[stop + 1]))))
            {
                stop++;
            }

            return (stop, "n");
        }

        return (stop, null);
    }

    // "…", @"…", $"…", """…"""
    private static int? TextEnd(string s, int i)
    {
        var start = i;
        while (start < s.Length && s[start] is '$' or '@')
        {
            start++;
        }

        if (start >= s.Length || s[start] != '"')
        {
            return null;
        }

        var quotes = start;
        while (quotes < s.Length && s[quotes] == '"')
        {
            quotes++;
        }

        if (quotes - start >= 3)
        {
            return EndOf(s, new string('"', quotes - start), quotes, quotes - start);
        }

        if (!s.AsSpan(i, start - i).Contains('@'))
        {
            return Quoted(s, start + 1, '"');
        }

        for (var j = start + 1; j < s.Length; j++)
        {
            if (s[j] == '"')
            {
                if (j + 1 < s.Length && s[j + 1] == '"')
                {
                    j++;
                    continue;
                }

                return j + 1;
            }
        }

        return s.Length;
    }

    private static int Quoted(string s, int i, char quote)
    {
        for (; i < s.Length && s[i] != '\n'; i++)
        {
            if (s[i] == '\\')
            {
                i++;
            }
            else if (s[i] == quote)
            {
                return i + 1;
            }
        }

        return Math.Min(i, s.Length);
    }

    private static int EndOf(string s, string mark, int from, int keep)
    {
        var found = s.IndexOf(mark, from, StringComparison.Ordinal);
        return found < 0 ? s.Length : Math.Max(found + keep, from);
    }
}
