using System.Net;
using System.Text;

namespace SnnNotebooks.Host.Exporting.Terminal;

/// <summary>
/// Console text as a terminal would show it: carriage returns, backspaces and movements of the cursor overwrite, colours colour.
/// </summary>
internal static class TerminalText
{
    /// <summary>The text as HTML to stand in a <c>pre</c> element.</summary>
    public static string ToHtml(string text) => IsPlain(text) ? WebUtility.HtmlEncode(text) : Follow(text, new HtmlLines());

    /// <summary>The text without colours.</summary>
    public static string ToPlain(string text) => IsPlain(text) ? text : Follow(text, new PlainLines());

    private static bool IsPlain(string text)
    {
        foreach (var c in text)
        {
            if (c is not ('\n' or '\t') && char.IsControl(c))
            {
                return false;
            }
        }

        return true;
    }

    private static string Follow(string text, ITerminalLines lines)
    {
        var screen = new TerminalScreen(lines);
        TerminalCodes.Follow(text, screen);
        screen.Finish();
        return lines.ToString()!;
    }

    private sealed class PlainLines : ITerminalLines
    {
        private readonly StringBuilder text = new();
        private bool begun;

        public void Add(IReadOnlyList<Glyph> line)
        {
            text.Append(begun ? "\n" : "");
            begun = true;
            foreach (var glyph in line)
            {
                text.Append(glyph.Text);
            }
        }

        public override string ToString() => text.ToString();
    }

    private sealed class HtmlLines : ITerminalLines
    {
        private readonly StringBuilder html = new();
        private bool begun;

        public void Add(IReadOnlyList<Glyph> line)
        {
            html.Append(begun ? "\n" : "");
            begun = true;
            var run = new StringBuilder();
            for (var i = 0; i < line.Count; i++)
            {
                run.Append(line[i].Text);
                if (i + 1 == line.Count || line[i + 1].Style != line[i].Style)
                {
                    html.Append(line[i].Style.Opening).Append(WebUtility.HtmlEncode(run.ToString())).Append(line[i].Style.Closing);
                    run.Clear();
                }
            }
        }

        public override string ToString() => html.ToString();
    }
}
