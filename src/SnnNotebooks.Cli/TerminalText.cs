using System.Globalization;
using System.Text;

namespace SnnNotebooks.Cli;

/// <summary>
/// Keeps names and texts that come from files from commanding the terminal: control characters, and those that turn the direction of text
/// or break lines where no line ends, are shown as <c>\u001b</c> and the like.
/// </summary>
internal static class TerminalText
{
    /// <summary>Puts standard output and error behind a writer that lets no control characters through but line ends and tabs.</summary>
    public static void Protect()
    {
        Console.SetOut(new Writer(Console.Out));
        Console.SetError(new Writer(Console.Error));
    }

    /// <summary>A text from a file as part of a line: line ends and tabs are shown as <c>\n</c>, <c>\r</c> and <c>\t</c>, too.</summary>
    /// <param name="text">Any text.</param>
    public static string Shown(this string text) => Escaped(text, withinLine: true);

    private static string Escaped(string text, bool withinLine)
    {
        StringBuilder? escaped = null;
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            var shown = Escape(text, i, withinLine);
            if (shown is not null)
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

    private static string Code(string text, int at) =>
        string.Create(CultureInfo.InvariantCulture,
            $"\\u{(char.IsSurrogatePair(text, at) ? $"{{{char.ConvertToUtf32(text, at):x}}}" : $"{(int)text[at]:x4}")}");

    private sealed class Writer(TextWriter terminal) : TextWriter(CultureInfo.InvariantCulture)
    {
        public override Encoding Encoding => terminal.Encoding;

        public override void Write(char value) => terminal.Write(Escaped(value.ToString(), withinLine: false));

        public override void Write(string? value) => terminal.Write(value is null ? null : Escaped(value, withinLine: false));

        public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

        public override void WriteLine(string? value)
        {
            Write(value);
            terminal.WriteLine();
        }

        public override void Flush() => terminal.Flush();
    }
}
