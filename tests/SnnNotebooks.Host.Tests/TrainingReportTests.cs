using SnnNotebooks.Cli.Training;

namespace SnnNotebooks.Host.Tests;

public sealed class TrainingReportTests
{
    [Theory]
    [InlineData("folder, plain", "folder, plain")]
    [InlineData("📁 *b*", "&#128193; &#42;b&#42;")]
    [InlineData("é日", "&#233;&#26085;")]
    [InlineData("a\ud83d", "a&#65533;")]
    public void Remarks_are_shown_as_they_are_whatever_letters_they_hold(string text, string shown) =>
        Assert.Equal(shown, TrainingReport.Escaped(text));
}
