using System.Globalization;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Tests;

public sealed class PrintableTests
{
    [Fact]
    public void Every_control_character_is_escaped_and_nothing_else()
    {
        for (var c = '\0'; c < '\u3000'; c++)
        {
            var steers = char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            Assert.Equal(steers, Printable.Name(c.ToString()).Length > 1);
            Assert.Equal(steers && c is not ('\n' or '\t'), Printable.Lines(c.ToString()).Length > 1);
        }

        Assert.Equal("a\\u001b[31m\\nb\\u0007", Printable.Name("a\e[31m\nb\a"));
        Assert.Equal("\ud83e\udde0", Printable.Name("\ud83e\udde0"));
        Assert.Equal("\\u{e0041}", Printable.Name("\udb40\udc41")); // a letter of a tag, which cannot be seen
        Assert.Equal("\\ud83e", Printable.Name("\ud83e"));
    }
}
