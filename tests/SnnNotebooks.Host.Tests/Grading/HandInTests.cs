using System.Diagnostics;
using System.Text;
using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Grading;
using SnnNotebooks.Host.Tests.Courses;
using SnnNotebooks.Interactive.Exercises;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Grading;

public sealed class HandInTests
{
    [Theory]
    [InlineData("// Exercise: a\nusing System;\n// your answer: f\nvar f = 1;\n\nExercise.Check(\"a\", f)", "var f = 1;")]
    [InlineData("// Exercise: a\nusing System;\n// your answer\n\nvar f = 1;\nvar g = f;", "var f = 1;\nvar g = f;")]
    [InlineData("// Exercise: a\nvar f = 1;\nExercise.Check(\"a\", f)", "var f = 1;")]
    [InlineData("// Exercise: a", "")]
    [InlineData("// Exercise: a\nExercise.Check(\"a\", 1)\n// your answer\nvar f = 2;", "var f = 2;")]
    [InlineData("// Exercise: a\n// your answer\nExercise.Check(\"a\", 1)\nvar f = 2;\nExercise.Check(\"a\", f)",
        "Exercise.Check(\"a\", 1)\nvar f = 2;")]
    public void An_answer_is_what_stands_in_the_gap(string cell, string answer) => Assert.Equal(answer, ComposedLesson.Answer(cell));

    [Fact]
    public async Task An_answer_is_not_wrong_because_no_process_came_up_for_it()
    {
        using var course = new MadeCourse("slope");
        var starts = 0;
        var run = new HandInRun(CourseLesson.Read(course.LessonPath), null!, _ =>
        {
            starts++;
            throw new HandInEndedException("its process did not start");
        }, new GradingLimits());

        var grade = Assert.Single(await run.GradeAsync(new Dictionary<string, string> { ["slope"] = MadeCourse.Right }, default));

        Assert.Equal(ExerciseOutcome.NotJudged, grade.Verdict.Outcome);
        Assert.Contains("its process did not start", grade.Verdict.Message, StringComparison.Ordinal);
        Assert.Equal(3, starts);
    }

    [Fact]
    public void A_pipe_is_listed_and_keeps_nobody_waiting()
    {
        using var folder = new TemporaryFolder();
        using (var made = Process.Start("mkfifo", [Path.Combine(folder.Path, "anna.dib")]))
        {
            made.WaitForExit();
        }

        Assert.Contains("no regular file", Assert.Single(HandIn.In(folder.Path)).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_handed_in_no_notebook_has_a_row_that_says_why()
    {
        using var folder = new TemporaryFolder();
        foreach (var made in new[] { "anna", "bert.dib", "carl/figures", ".hidden" })
        {
            Directory.CreateDirectory(folder.File(made));
        }

        File.WriteAllText(folder.File("carl/report.pdf"), "");
        File.WriteAllText(folder.File("dora.7z"), "");
        File.WriteAllText(folder.File("emil.dib"), "#!csharp\n\n1\n");
        File.WriteAllText(folder.File(".DS_Store"), "");

        Assert.Equal(
        [
            ("anna", "It is empty: no notebook was handed in."),
            ("bert.dib", "It is empty: no notebook was handed in."),
            ("carl", "There is no notebook (.dib or .ipynb) in it, but report.pdf."),
            ("dora.7z", "It is no notebook by its name. Expected .dib or .ipynb."),
            ("emil", null),
        ], HandIn.In(folder.Path).Select(handIn => (handIn.Student, handIn.Refusal)));
    }

    [Fact]
    public void A_link_that_takes_the_place_of_a_folder_after_it_was_listed_is_not_followed()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, "teacher"));
        File.WriteAllText(Path.Combine(folder.Path, "teacher", "lines.dib"), "#!csharp\n\n1\n");
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "eve"), Path.Combine(folder.Path, "teacher"));

        var refused = Assert.Throws<IOException>(() => RegularFile.ReadUnlinked(Path.Combine(folder.Path, "eve", "lines.dib"), 1000));

        Assert.Contains("link", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(RegularFile.ReadUnlinked(Path.Combine(folder.Path, "teacher", "lines.dib"), 1000));
    }

    [Theory]
    [InlineData("deep.ipynb", "{\"cells\": ", "[", 3_000_000, "")]
    [InlineData("wide.ipynb", "{\"cells\": [", "{},", 1_000_000, "{}]}")]
    [InlineData("long.ipynb", "{\"cells\": [{\"cell_type\": \"code\", \"source\": [", "\"a\",", 1_000_000, "\"a\"]}]}")]
    [InlineData("many.dib", "", "#!csharp\n\n1\n\n", 1_000_000, "")]
    public void A_file_made_to_be_large_when_it_is_read_is_read_or_refused(string name, string begin, string again, int times, string end)
    {
        using var folder = new TemporaryFolder();
        var text = new StringBuilder(begin).Insert(begin.Length, again, times).Append(end);
        File.WriteAllText(Path.Combine(folder.Path, name), text.ToString());

        Assert.Empty(Assert.Single(HandIn.In(folder.Path)).Cells);
    }

    [Fact]
    public void Of_what_a_process_says_the_first_line_is_kept_whatever_its_length()
    {
        var said = new WordsAside();
        Assert.True(said.ReadAsync(new StringReader("\n\nOut of memory.\nmore")).IsCompletedSuccessfully);
        Assert.Equal("Out of memory.", said.FirstLine);

        var endless = new WordsAside();
        Assert.True(endless.ReadAsync(new StringReader(new string('a', 10_000_000))).IsCompletedSuccessfully);
        Assert.Equal(new string('a', 200), endless.FirstLine);
    }
}
