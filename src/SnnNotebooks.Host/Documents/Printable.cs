using System.Globalization;
using System.Text;

namespace SnnNotebooks.Host.Documents;

/// <summary>
/// Text of files and errors as a terminal may show it: control characters, with which a name could steer the terminal, are escaped.
/// </summary>
public static class Printable
{
    /// <summary>A name on one line: line breaks are escaped, too.</summary>
    /// <param name="name">A file name, path or other name.</param>
    public static string Name(string name) => Escape(name, keep: "");

    /// <summary>A text of several lines.</summary>
    /// <param name="text">For example the message of an error.</param>
    public static string Lines(string text) => Escape(text, keep: "\n\t");

    private static string Escape(string text, string keep)
    {
        ArgumentNullException.ThrowIfNull(text);
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var category = char.GetUnicodeCategory(c);
            if (keep.Contains(c, StringComparison.Ordinal)
                || category is not (UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
                    && !TurnsAround(c))
            {
                escaped.Append(c);
            }
            else
            {
                escaped.Append(c switch
                {
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    '\e' => "\\e",
                    _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}"),
                });
            }
        }

        return escaped.ToString();
    }

    // characters that reverse the direction of what follows make one name look like another
    private static bool TurnsAround(char c) => c is >= '\u202A' and <= '\u202E' or >= '\u2066' and <= '\u2069';
}
