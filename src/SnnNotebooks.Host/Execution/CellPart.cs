using System.Text;

namespace SnnNotebooks.Host.Execution;

/// <summary>A stretch of a C# cell: code, or one directive between two stretches.</summary>
/// <param name="Code">The code, empty for a directive.</param>
/// <param name="LineInCell">Line of its first line, from 1.</param>
/// <param name="Directive">The directive, or null for code.</param>
internal sealed record CellPart(string Code, int LineInCell, Directive? Directive)
{
    /// <summary>Splits a cell. <c>#r</c> and <c>#i</c> come first whatever their place, as C# demands; code is split only by imports.</summary>
    /// <exception cref="FormatException">An unknown directive.</exception>
    public static IReadOnlyList<CellPart> Split(string source, out int lineOfError)
    {
        var first = new List<CellPart>();
        var parts = new List<CellPart>();
        var code = new StringBuilder();
        var start = 1;
        lineOfError = 0;
        foreach (var line in source.Split('\n'))
        {
            lineOfError++;
            var directive = Directive.Parse(line, lineOfError);
            if (directive?.Name == Directive.Import)
            {
                AddCode(parts, code, start);
                start = lineOfError + 1;
                parts.Add(new CellPart("", lineOfError, directive));
                continue;
            }

            if (directive is not null)
            {
                first.Add(new CellPart("", lineOfError, directive));
            }

            // the blank line keeps the numbers of the lines below
            code.Append(directive is null ? line : "").Append('\n');
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
