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
    public void Lessons_stand_in_the_order_of_their_numbers_and_say_what_they_are_not_how_long_they_take()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.dib"), "#!markdown\n\n# Lesson 10: late\n\n*About 30 minutes.*\n\nWhat is late.\n");
        File.WriteAllText(folder.File("b.dib"), "#!markdown\n\n# Lesson 2: early\n\n*About* all that is early.\n");
        File.WriteAllText(folder.File("c.dib"), "#!markdown\n\n# Beside them\n");

        var rows = NotebookIndex.Write(folder.Path).Split('\n').Where(line => line.StartsWith("| [", StringComparison.Ordinal));

        Assert.Equal(
        [
            "| [Lesson 2: early](b.dib) | *About* all that is early. | not measured |",
            "| [Lesson 10: late](a.dib) | What is late. | not measured |",
            "| [Beside them](c.dib) |  | not measured |",
        ], rows);
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
