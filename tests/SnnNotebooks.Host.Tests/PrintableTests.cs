using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Tests;

public sealed class PrintableTests
{
    [Fact]
    public void Every_control_character_is_escaped_and_nothing_else()
    {
        for (var c = '\0'; c < '\u3000'; c++)
        {
            var steers = char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
            Assert.Equal(steers, Printable.Name(c.ToString()).Length > 1);
            Assert.Equal(steers && c is not ('\n' or '\t'), Printable.Lines(c.ToString()).Length > 1);
        }

        Assert.Equal("a\\e[31m\\nb\\u0007", Printable.Name("a\e[31m\nb\a"));
        Assert.Equal("\ud83e\udde0", Printable.Name("\ud83e\udde0"));
    }
}
