using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Serving;

/// <summary>A cell as its author types it: the C# of it, every other line blank, so that positions stay what they are.</summary>
/// <param name="Code">As long as the source, line for line.</param>
/// <param name="DependsOnDirectives">Whether a directive brings names the compiler cannot know before it ran: an import, a package, a
/// shared value.</param>
internal sealed record EditorText(string Code, bool DependsOnDirectives)
{
    private static readonly string[] Bringing = [Directive.Import, Directive.Set, Directive.Share, Directive.Reference, Directive.Source];

    /// <summary>Splits directives from code as running does.</summary>
    /// <exception cref="FormatException">An unknown directive; <paramref name="lineOfError"/> is its line, from 1.</exception>
    public static EditorText Of(string source, out int lineOfError)
    {
        var parts = CellPart.Split(source, KernelNames.CSharp, out lineOfError);
        var lines = source.Split('\n');
        var code = Array.ConvertAll(lines, line => new string(' ', line.Length));
        foreach (var part in parts.Where(part => part.Directive is null))
        {
            var index = part.LineInCell - 1;
            foreach (var line in part.Code.Split('\n'))
            {
                if (index < lines.Length && lines[index] == line)
                {
                    code[index] = line;
                }

                index++;
            }
        }

        return new EditorText(string.Join('\n', code),
            parts.Any(part => part.Directive is { } directive && Bringing.Contains(directive.Name)));
    }

    /// <summary>The same for text that may hold a directive half typed: then the text as it is.</summary>
    public static string Lenient(string source)
    {
        try
        {
            return Of(source, out _).Code;
        }
        catch (FormatException)
        {
            return source;
        }
    }
}
