using SnnNotebooks.Host.Exporting.Terminal;

namespace SnnNotebooks.Host.Tests;

/// <summary>Each text beside what xterm shows after it.</summary>
public sealed class TerminalTextTests
{
    [Theory]
    [InlineData("plain\ttext \n", "plain\ttext \n")]
    [InlineData("loss: 1\rloss: 2\n", "loss: 2\n")]
    [InlineData("longer\rab", "abnger")]
    [InlineData("longer\r\e[Kab", "ab")]
    [InlineData("a\r\nb\r\n", "a\nb\n")]
    [InlineData("100%\b\b\b\b 50%", " 50%")]
    [InlineData("abc\b\b\bX", "Xbc")]
    [InlineData("\b\b\ba", "a")]
    [InlineData("one\ntwo\e[1AX\n", "oneX\ntwo")]
    [InlineData("one\ntwo\n\e[2F\e[2KX\e[1E!", "X\n!wo\n")]
    [InlineData("a\e[3Cb", "a   b")]
    [InlineData("abcdef\e[3D\e[1K!", "   !ef")]
    [InlineData("abcdef\e[2G\e[2P", "adef")]
    [InlineData("abc\e[2G\e[2@X", "aX bc")]
    [InlineData("abcdef\e[1G\e[2X", "  cdef")]
    [InlineData("a\nb\nc\e[2;1H\e[M", "a\nc")]
    [InlineData("a\nb\e[1;1H\e[L", "\na\nb")]
    [InlineData("old\nold\e[2J\e[Hnew", "new\n")]
    [InlineData("keep\nold\nold\e[2;1H\e[Jnew", "keep\nnew")]
    [InlineData("ab\e7cd\e8X", "abXd")]
    [InlineData("ab\e[scd\e[uX", "abXd")]
    [InlineData("a\vb\fc", "a\n b\n  c")]
    [InlineData("\e]0;title\ashown\e]8;;https://x\e\\link\e]8;;\e\\", "shownlink")]
    [InlineData("\e(B\e[?25l\e[!p\e=a\e[>c\0\u007f", "a")]
    [InlineData("cut \e[38;5", "cut ")]
    [InlineData("cut \e", "cut ")]
    [InlineData("\u009b1mC1\u009d0;t\u009c\u0085", "C1")]
    [InlineData("e\u0301x\b\by", "yx")]
    [InlineData("\u6f22\b\bx", "x ")]
    [InlineData("\u6f22\bx", " x")]
    [InlineData("\ud83e\udde0\r!", "! ")]
    [InlineData("a\tb\r\tc", "a\tc")]
    [InlineData("\e[31mred\e[0m", "red")]
    public void Text_is_shown_as_a_terminal_shows_it(string text, string shown)
    {
        Assert.Equal(shown, TerminalText.ToPlain(text));
    }

    [Theory]
    [InlineData("<b>\r&", "&amp;b&gt;")]
    [InlineData("\e[31mred\e[0m plain", "<span class=\"t-fg t-f1\">red</span> plain")]
    [InlineData("\e[1;94;103mx", "<span class=\"t-bold t-fg t-f12 t-bg t-b11\">x</span>")]
    [InlineData("\e[1m\e[3m\e[4mx\e[22m\e[24my\e[23mz",
        "<span class=\"t-bold t-italic t-underline\">x</span><span class=\"t-italic\">y</span>z")]
    [InlineData("\e[7mx\e[27my", "<span class=\"t-inverse\">x</span>y")]
    [InlineData("\e[38;5;1mx\e[38;5;196my\e[48;5;244mz",
        "<span class=\"t-fg t-f1\">x</span><span class=\"t-fg\" style=\"--t-fg:#ff0000;\">y</span><span class=\"t-fg t-bg\" "
        + "style=\"--t-fg:#ff0000;--t-bg:#808080;\">z</span>")]
    [InlineData("\e[38;2;1;2;300mx\e[39my", "<span class=\"t-fg\" style=\"--t-fg:#0102ff;\">x</span>y")]
    [InlineData("\e[38:2::1:2:3mx\e[m", "<span class=\"t-fg\" style=\"--t-fg:#010203;\">x</span>")]
    [InlineData("\e[32mgreen\r\e[0mre", "re<span class=\"t-fg t-f2\">een</span>")]
    [InlineData("\e[31ma\nb\e[0m", "<span class=\"t-fg t-f1\">a</span>\n<span class=\"t-fg t-f1\">b</span>")]
    [InlineData("\e[38;5mx\e[999my", "xy")]
    public void Colours_become_spans(string text, string html)
    {
        Assert.Equal(html, TerminalText.ToHtml(text));
    }

    [Fact]
    public void Hostile_sequences_cost_no_more_than_their_text()
    {
        Assert.True(
            TerminalText.ToPlain(string.Concat(Enumerable.Repeat("\e[999999999;999999999Hx\e[99999L\e[99999@\e[99999M", 2000))).Length
                < 20_000_000);
        Assert.Equal(string.Concat(Enumerable.Repeat("\n", 100_000)),
            TerminalText.ToPlain(string.Concat(Enumerable.Repeat("\e[3m\n", 100_000))));
        var line = new string('x', 20_000);
        Assert.Equal(line[..^1] + "y", TerminalText.ToPlain(line + "\by"));
    }
}
