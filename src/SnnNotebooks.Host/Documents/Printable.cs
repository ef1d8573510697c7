using System.Globalization;
using System.Text;

namespace SnnNotebooks.Host.Documents;

/// <summary>
/// Text of files and errors as a terminal may show it. Control characters, with which a name could steer the terminal, and those that turn
/// the direction of text, cannot be seen or break lines where no line ends, are shown as <c>\u001b</c> and the like.
/// </summary>
public static class Printable
{
    /// <summary>A name on one line: line ends and tabs are shown as <c>\n</c>, <c>\r</c> and <c>\t</c>, too.</summary>
    /// <param name="name">A file name, path or other name.</param>
    public static string Name(string name) => Escape(name, withinLine: true);

    /// <summary>A text of several lines: line feeds and tabs stay.</summary>
    /// <param name="text">For example the message of an error.</param>
    public static string Lines(string text) => Escape(text, withinLine: false);

    private static string Escape(string text, bool withinLine)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder? escaped = null;
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            if (Escape(text, i, withinLine) is { } shown)
            {
                escaped ??= new StringBuilder(text, 0, i, text.Length + 16);
                escaped.Append(shown);
            }
            else
            {
                escaped?.Append(text, i, isPair ? 2 : 1);
            }

            i += isPair ? 1 : 0;
        }

        return escaped?.ToString() ?? text;
    }

    /// <summary>What a character is shown as; null for itself.</summary>
    private static string? Escape(string text, int at, bool withinLine) => text[at] switch
    {
        '\n' => withinLine ? "\\n" : null,
        '\t' => withinLine ? "\\t" : null,
        '\r' => withinLine ? "\\r" : Code(text, at),
        _ => CharUnicodeInfo.GetUnicodeCategory(text, at) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
            ? Code(text, at)
            : null,
    };

    private static string Code(string text, int at) => string.Create(
        CultureInfo.InvariantCulture,
        $"\\u{(char.IsSurrogatePair(text, at) ? $"{{{char.ConvertToUtf32(text, at):x}}}" : $"{(int)text[at]:x4}")}");
}
