using SnnNotebooks.Host.Exporting;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests;

public sealed class NotebookIndexTests
{
    [Fact]
    public void Notebooks_are_listed_by_folder_with_heading_first_sentence_and_time()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("lessons"));
        File.WriteAllText(folder.File("_setup.dib"), "#!markdown\n\n# Not listed\n");
        File.WriteAllText(folder.File("start.dib"),
            "#!markdown\n\n# Start | here\n\nThe first [sentence](words.md#sentence) is long enough to stand alone here. "
            + "The second is not shown.\n\n#!csharp\n\n1\n");
        File.WriteAllText(Path.Combine(folder.File("lessons"), "one.dib"), "#!csharp\n\n1\n");
        File.WriteAllText(folder.File("run.xml"), "<testsuites><testsuite name=\"notebooks/start.dib\" time=\"12.4\" /></testsuites>");
        var page = NotebookIndex.Write(folder.Path, folder.File("run.xml"));
        Assert.Contains("| [Start \\| here](start.dib) | The first sentence is long enough to stand alone here. | 12 s |", page,
            StringComparison.Ordinal);
        Assert.Contains("## lessons", page, StringComparison.Ordinal);
        Assert.Contains("| [one](lessons/one.dib) |  | not measured |", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Not listed", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("run.xml"), "<!DOCTYPE x><testsuites>");
        Assert.Contains("run.xml", Assert.Throws<NotebookException>(() => NotebookIndex.Write(folder.Path, folder.File("run.xml"))).Message,
            StringComparison.Ordinal);
        Assert.Contains("nowhere", Assert.Throws<NotebookException>(() => NotebookIndex.Write(folder.File("nowhere"))).Message,
            StringComparison.Ordinal);
    }
}
