using System.Text;

namespace SnnNotebooks.Host.Execution;

/// <summary>A stretch of a cell: code, or one directive between two stretches.</summary>
/// <param name="Code">The code, empty for a directive.</param>
/// <param name="LineInCell">Line of its first line, from 1.</param>
/// <param name="Directive">The directive, or null for code.</param>
internal sealed record CellPart(string Code, int LineInCell, Directive? Directive)
{
    /// <summary>Splits a cell. <c>#r</c>, <c>#i</c> and <c>#!time</c> come first whatever their place; the others act where they stand.</summary>
    /// <exception cref="FormatException">An unknown directive.</exception>
    public static IReadOnlyList<CellPart> Split(string source, out int lineOfError)
    {
        var first = new List<CellPart>();
        var parts = new List<CellPart>();
        var code = new StringBuilder();
        var start = 1;
        var lines = source.Split('\n');
        lineOfError = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            lineOfError = i + 1;
            var directive = Directive.Parse(lines[i], i + 1);
            if (directive is null or { Name: Directive.Reference or Directive.Source or Directive.Time })
            {
                if (directive is not null)
                {
                    first.Add(new CellPart("", i + 1, directive));
                }

                // the blank line keeps the numbers of the lines below
                code.Append(directive is null ? lines[i] : "").Append('\n');
                continue;
            }

            AddCode(parts, code, start);
            if (directive.Name == Directive.Value)
            {
                var end = Array.FindIndex(lines, i + 1, line => line.StartsWith("#!", StringComparison.Ordinal));
                end = end < 0 ? lines.Length : end;
                directive = directive with { Body = string.Join('\n', lines, i + 1, end - i - 1) };
                i = end - 1;
            }

            parts.Add(new CellPart("", directive.LineInCell, directive));
            start = i + 2;
        }

        AddCode(parts, code, start);
        return [.. first, .. parts];
    }

    private static void AddCode(List<CellPart> parts, StringBuilder code, int start)
    {
        var text = code.ToString();
        code.Clear();
        if (!string.IsNullOrWhiteSpace(text))
        {
            parts.Add(new CellPart(text, start, null));
        }
    }
}
