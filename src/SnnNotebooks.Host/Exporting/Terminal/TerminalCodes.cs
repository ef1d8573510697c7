using System.Globalization;
using System.Text;

namespace SnnNotebooks.Host.Exporting.Terminal;

/// <summary>
/// Reads text with control characters and sequences as a terminal does (ECMA-48, and the sequences of xterm that programs use).
/// </summary>
internal static class TerminalCodes
{
    private const char Escape = '\e';
    private const int LargestNumber = 9999;

    /// <summary>Writes the text to a screen; sequences that change nothing one could print are left out, as are incomplete ones.</summary>
    public static void Follow(string text, TerminalScreen screen)
    {
        for (var i = 0; i < text.Length;)
        {
            i = text[i] switch
            {
                Escape => Sequence(text, i + 1, screen),
                '\u009B' => Control(text, i + 1, screen),
                '\u0090' or '\u0098' or '\u009D' or '\u009E' or '\u009F' => EndOfString(text, i + 1),
                _ => Character(text, i, screen),
            };
        }
    }

    private static int Character(string text, int i, TerminalScreen screen)
    {
        switch (text[i])
        {
            case '\n':
                screen.LineFeed();
                screen.MoveTo(screen.Row, 0);
                return i + 1;
            case '\v' or '\f':
                screen.LineFeed();
                return i + 1;
            case '\r':
                screen.MoveTo(screen.Row, 0);
                return i + 1;
            case '\b':
                screen.MoveTo(screen.Row, screen.Column - 1);
                return i + 1;
            case '\t':
                screen.Tab();
                return i + 1;
            case var c when char.IsControl(c):
                return i + 1;
        }

        Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var length);
        screen.Put(rune.IsAscii ? char.ToString((char)rune.Value) : rune.ToString(), CharacterWidth.Of(rune));
        return i + length;
    }

    private static int Sequence(string text, int i, TerminalScreen screen)
    {
        // blanks to slash, as in the choice of a character set, come before the last character of a sequence
        while (i < text.Length && text[i] is >= ' ' and <= '/')
        {
            i++;
        }

        if (i == text.Length)
        {
            return i;
        }

        switch (text[i])
        {
            case '[':
                return Control(text, i + 1, screen);
            case ']' or 'P' or 'X' or '^' or '_':
                return EndOfString(text, i + 1);
            case '7':
                screen.Save();
                break;
            case '8':
                screen.Restore();
                break;
            case 'D':
                screen.LineFeed();
                break;
            case 'E':
                screen.LineFeed();
                screen.MoveTo(screen.Row, 0);
                break;
            case 'M':
                screen.MoveTo(screen.Row - 1, screen.Column);
                break;
            case 'c':
                screen.Style = TextStyle.Default;
                screen.EraseScreen(2);
                screen.MoveTo(0, 0);
                break;
        }

        // a control character is obeyed where it stands, and begins no sequence
        return char.IsControl(text[i]) ? i : i + 1;
    }

    // titles and links: up to BEL or ST, or to the end where they have none
    private static int EndOfString(string text, int i)
    {
        for (; i < text.Length; i++)
        {
            if (text[i] is '\a' or '\u009C')
            {
                return i + 1;
            }

            if (text[i] == Escape)
            {
                return i + 1 < text.Length && text[i + 1] == '\\' ? i + 2 : i;
            }
        }

        return i;
    }

    // CSI parameters intermediates final
    private static int Control(string text, int i, TerminalScreen screen)
    {
        var start = i;
        while (i < text.Length && text[i] is >= '0' and <= '?')
        {
            i++;
        }

        var parameters = text.AsSpan(start, i - start);
        var plain = true;
        while (i < text.Length && text[i] is >= ' ' and <= '/')
        {
            plain = false;
            i++;
        }

        if (i == text.Length || text[i] is < '@' or > '~')
        {
            return i;
        }

        if (plain && !parameters.ContainsAny("<=>?"))
        {
            Obey(text[i], Numbers(parameters), screen);
        }

        return i + 1;
    }

    private static void Obey(char final, List<int> numbers, TerminalScreen screen)
    {
        var first = numbers[0];
        var count = Math.Max(1, first);
        switch (final)
        {
            case 'A':
                screen.MoveTo(screen.Row - count, screen.Column);
                break;
            case 'B' or 'e':
                screen.MoveTo(screen.Row + count, screen.Column);
                break;
            case 'C' or 'a':
                screen.MoveTo(screen.Row, screen.Column + count);
                break;
            case 'D':
                screen.MoveTo(screen.Row, screen.Column - count);
                break;
            case 'E':
                screen.MoveTo(screen.Row + count, 0);
                break;
            case 'F':
                screen.MoveTo(screen.Row - count, 0);
                break;
            case 'G' or '`':
                screen.MoveTo(screen.Row, count - 1);
                break;
            case 'd':
                screen.MoveTo(count - 1, screen.Column);
                break;
            case 'H' or 'f':
                screen.MoveTo(count - 1, Math.Max(1, numbers.ElementAtOrDefault(1)) - 1);
                break;
            case 'J':
                screen.EraseScreen(first);
                break;
            case 'K':
                screen.EraseLine(first);
                break;
            case 'X':
                screen.EraseCharacters(count);
                break;
            case 'P':
                screen.DeleteCharacters(count);
                break;
            case '@':
                screen.InsertCharacters(count);
                break;
            case 'M':
                screen.DeleteLines(count);
                break;
            case 'L':
                screen.InsertLines(count);
                break;
            case 's':
                screen.Save();
                break;
            case 'u':
                screen.Restore();
                break;
            case 'm':
                screen.Style = screen.Style.After(numbers);
                break;
        }
    }

    // separated by semicolons, or within one colour by colons, of which the form 2::r:g:b has an empty one for its colour space
    private static List<int> Numbers(ReadOnlySpan<char> parameters)
    {
        var numbers = new List<int>();
        foreach (var part in parameters.ToString().Replace("2::", "2:", StringComparison.Ordinal).Split(';', ':'))
        {
            numbers.Add(int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? Math.Min(number, LargestNumber)
                : part.Length > 0 ? LargestNumber
                : 0);
        }

        return numbers;
    }
}
