using SnnNotebooks.Cli.Training;

namespace SnnNotebooks.Host.Tests;

public sealed class TrainingReportTests
{
    [Theory]
    [InlineData("folder, plain", "folder, plain")]
    [InlineData("📁 *b*", "&#128193; &#42;b&#42;")]
    [InlineData("é日", "&#233;&#26085;")]
    public void Remarks_are_shown_as_they_are_whatever_letters_they_hold(string text, string shown) =>
        Assert.Equal(shown, TrainingReport.Escaped(text));

    [Fact]
    public void Half_a_letter_is_shown_as_one_that_is_not_known() => Assert.Equal("a&#65533;", TrainingReport.Escaped("a\ud83d"));
}
