using System.Text;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Execution;

/// <summary>A stretch of a cell: code, or one directive between two stretches.</summary>
/// <param name="Code">The code, empty for a directive.</param>
/// <param name="LineInCell">Line of its first line, from 1.</param>
/// <param name="Directive">The directive, or null for code.</param>
internal sealed record CellPart(string Code, int LineInCell, Directive? Directive)
{
    /// <summary>
    /// Splits a cell. <c>#r</c>, <c>#i</c> and <c>#!time</c> come first whatever their place; the others act where they stand.
    /// </summary>
    /// <param name="source">The cell.</param>
    /// <param name="kernel">Its language.</param>
    /// <param name="lineOfError">The line, from 1, that an exception is about.</param>
    /// <exception cref="FormatException">An unknown directive.</exception>
    public static IReadOnlyList<CellPart> Split(string source, string kernel, out int lineOfError)
    {
        var first = new List<CellPart>();
        var parts = new List<CellPart>();
        lineOfError = 1;
        for (var start = 0; start < source.Length;)
        {
            start = SplitStretch(source, start, kernel, first, parts, ref lineOfError);
        }

        return [.. first, .. parts];
    }

    // takes the code up to a directive that acts where it stands, and that directive; returns where the next stretch begins
    private static int SplitStretch(string source, int start, string kernel, List<CellPart> first, List<CellPart> parts, ref int line)
    {
        var code = new StringBuilder();
        var firstLine = line;
        var (taken, counted) = (start, start);
        foreach (var at in DirectiveLines.Find(source, start, kernel))
        {
            line += source.AsSpan(counted, at - counted).Count('\n');
            counted = at;
            var end = DirectiveLines.EndOfLine(source, at);
            if (Directive.Parse(source[at..end], line) is not { } directive)
            {
                continue;
            }

            // the blank line keeps the numbers of the lines below
            code.Append(source, taken, at - taken);
            taken = end;
            if (directive.Name is Directive.Reference or Directive.Source or Directive.Time)
            {
                first.Add(new CellPart("", line, directive));
                continue;
            }

            AddCode(parts, code, firstLine);
            if (directive.Name == Directive.Value)
            {
                // what follows is no code, so no lexer says where it ends
                var next = source.IndexOf("\n#!", end, StringComparison.Ordinal);
                taken = next < 0 ? source.Length : next;
                directive = directive with { Body = taken > end ? source[(end + 1)..taken] : "" };
            }

            parts.Add(new CellPart("", line, directive));
            line += source.AsSpan(at, Math.Min(taken + 1, source.Length) - at).Count('\n');
            return taken + 1;
        }

        AddCode(parts, code.Append(source, taken, source.Length - taken).Append('\n'), firstLine);
        return source.Length;
    }

    private static void AddCode(List<CellPart> parts, StringBuilder code, int firstLine)
    {
        var text = code.ToString();
        if (!string.IsNullOrWhiteSpace(text))
        {
            parts.Add(new CellPart(text, firstLine, null));
        }
    }
}
