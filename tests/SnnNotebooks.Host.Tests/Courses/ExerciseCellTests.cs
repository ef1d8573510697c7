using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Tests.Courses;

public sealed class ExerciseCellTests
{
    private const string Lesson = """
        #!csharp

        // Exercise: rate
        using System;

        var tau = 2.0;

        // your answer: a number
        double? rate = null;
        // two lines

        Exercise.Check("rate", rate)

        #!markdown

        <details><summary>Solution: rate</summary>

        ```csharp
        double? rate = 1 / tau;
        ```

        Because.

        </details>
        """;

    [Fact]
    public void A_cell_is_cut_into_what_is_given_the_gap_and_the_check()
    {
        var exercise = Assert.Single(ExerciseCell.Of(DibReader.Parse(Lesson, "lesson")));

        Assert.Equal(("rate", 0), (exercise.Name, exercise.Index));
        Assert.EndsWith("// your answer: a number", exercise.Given, StringComparison.Ordinal);
        Assert.Equal("double? rate = null;\n// two lines", exercise.Gap);
        Assert.Equal("Exercise.Check(\"rate\", rate)", exercise.Check);
        Assert.Equal((1, "double? rate = 1 / tau;"), (exercise.SolutionIndex, exercise.Solution));
        Assert.Contains("a number\ndouble? rate = 3;\n\nExercise.Check", exercise.With("double? rate = 3;"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("// your answer: a number", "// my answer", "needs a line that begins with '// your answer'")]
    [InlineData("Exercise.Check(\"rate\", rate)", "Exercise.Check(\"other\", rate)",
        "at the end a line that begins with 'Exercise.Check(\"rate\",'")]
    [InlineData("Solution: rate", "Solution: other", "solution of 'other', but no cell")]
    public void What_is_wrong_with_a_mark_is_said(string mark, string instead, string message)
    {
        var lesson = DibReader.Parse(Lesson.Replace(mark, instead, StringComparison.Ordinal), "lesson");

        Assert.Contains(message, Assert.Throws<NotebookException>(() => ExerciseCell.Of(lesson)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_stands_for_one_cell()
    {
        var lesson = DibReader.Parse(Lesson + "\n\n" + Lesson, "lesson");

        Assert.Contains("Two cells", Assert.Throws<NotebookException>(() => ExerciseCell.Of(lesson)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("// Exercise: rate", "rate")]
    [InlineData("// Exercise: rate \r\nx", "rate")]
    [InlineData("// Exercise: Rate", null)]
    [InlineData("// Exercise rate", null)]
    [InlineData("\n// Exercise: rate", null)]
    public void The_first_line_names_the_exercise(string source, string? name)
    {
        Assert.Equal(name, ExerciseCell.NameOf(new Cell(KernelNames.CSharp, source)));
        Assert.Null(ExerciseCell.NameOf(new Cell(KernelNames.Markdown, source)));
    }
}
