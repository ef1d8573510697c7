using SnnNotebooks.Cli;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

public sealed class ReportPageTests
{
    [Theory]
    [InlineData("folder, plain *b*", "folder, plain *b*")]
    [InlineData("<script>1</script>", "&lt;script&gt;1&lt;/script&gt;")]
    [InlineData("📁", "&#128193;")]
    public void Titles_and_remarks_are_shown_as_they_are_whatever_letters_they_hold(string text, string shown)
    {
        using var folder = new TemporaryFolder();
        ReportPage.Write(folder.File("page.html"), text, [text], []);

        var page = File.ReadAllText(folder.File("page.html"));
        Assert.Contains($"<h1>{shown}</h1>", page, StringComparison.Ordinal);
        Assert.Contains($"<p>{shown}</p>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_letter_is_shown_as_one_that_is_not_known() =>
        Titles_and_remarks_are_shown_as_they_are_whatever_letters_they_hold("a\ud83d", "a\ufffd");
}
