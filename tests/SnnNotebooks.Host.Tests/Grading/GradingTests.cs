using SnnNotebooks.Host.Grading;
using SnnNotebooks.Host.Tests.Courses;
using SnnNotebooks.Interactive.Exercises;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Grading;

/// <summary>Hand-ins graded in bubblewrap: what is right counts, and no attack changes anything.</summary>
[Collection(OneByOne)]
public sealed class GradingTests(GradedClass graded) : IClassFixture<GradedClass>
{
    /// <summary>Tests that grade, one class after the other: what is left of one must not be taken for another's.</summary>
    public const string OneByOne = "grading";

    [NeedsToolFact(NeedsBubblewrap.Path, NeedsBubblewrap.Package)]
    public void A_right_hand_in_is_right_throughout()
    {
        var grade = graded.Of("anna");
        Assert.All(grade.Exercises, exercise => Assert.True(
            exercise.Verdict.Outcome == ExerciseOutcome.Right, $"{exercise.Exercise}: {exercise.Verdict}"));
        Assert.All(graded.Of("carl").Exercises, exercise => Assert.Equal(ExerciseOutcome.Right, exercise.Verdict.Outcome));
    }

    [NeedsToolFact(NeedsBubblewrap.Path, NeedsBubblewrap.Package)]
    public void A_wrong_hand_in_is_told_why()
    {
        var exercises = graded.Of("bert").Exercises;
        Assert.Equal(
            [ExerciseOutcome.Wrong, ExerciseOutcome.Almost, ExerciseOutcome.NotAnswered, ExerciseOutcome.Wrong, ExerciseOutcome.Wrong],
            exercises.Take(5).Select(exercise => exercise.Verdict.Outcome));
        Assert.Contains("sign", exercises[1].Verdict.Message, StringComparison.Ordinal);
        Assert.Contains("'y' does not exist", exercises[3].Verdict.Message, StringComparison.Ordinal);
        Assert.Contains("on purpose", exercises[4].Verdict.Message, StringComparison.Ordinal);
    }

    [NeedsToolTheory(NeedsBubblewrap.Path, NeedsBubblewrap.Package)]
    [InlineData("print", "That is not it")]
    [InlineData("changed-check", "The cell fails")]
    [InlineData("definition", "That is not it")]
    [InlineData("reflection", "The cell fails")]
    [InlineData("truth", "That is not it")]
    [InlineData("swallowed", "The cell fails")]
    [InlineData("loop", "The cell fails: Timeout")]
    [InlineData("function", "ran longer than 5 s")]
    [InlineData("exit", "its process ended by itself (exit code 0)")]
    [InlineData("crash", "its process ended by itself")]
    [InlineData("memory", "emory|Timeout")] // whichever limit a busy machine comes to first
    [InlineData("native-memory", "")]
    [InlineData("forks", "")]
    [InlineData("threads", "")]
    [InlineData("files", "")]
    [InlineData("aside", "")]
    [InlineData("markup", "The cell fails")]
    [InlineData("long-message", "")]
    [InlineData("long-answer", "was not tried")]
    [InlineData("static-constructor", "")]
    [InlineData("network", "That is not it")]
    [InlineData("disk", "its process ended by itself")]
    [InlineData("forged", "")]
    [InlineData("garbage", "")]
    [InlineData("class", "")]
    public void An_attack_changes_nothing(string attack, string says)
    {
        var verdict = graded.Of("mallory").Exercises.Single(exercise => exercise.Exercise == attack).Verdict;
        Assert.False(verdict.Outcome is ExerciseOutcome.Right or ExerciseOutcome.Almost, $"{attack}: {verdict}");
        Assert.True(says.Split('|').Any(part => verdict.Message.Contains(part, StringComparison.Ordinal)), verdict.Message);
    }

    [NeedsToolFact(NeedsBubblewrap.Path, NeedsBubblewrap.Package)]
    public void Nothing_of_another_of_the_teacher_or_of_the_grader_comes_back()
    {
        Assert.All(graded.Of("mallory").Exercises, exercise =>
        {
            Assert.DoesNotContain(MadeCourse.Secret, exercise.Printed, StringComparison.Ordinal);
            Assert.DoesNotContain(MadeCourse.Secret, exercise.Verdict.Message, StringComparison.Ordinal);
        });
    }

    [NeedsToolTheory(NeedsBubblewrap.Path, NeedsBubblewrap.Package)]
    [InlineData("=cmd|'calc'!A0<img src=x onerror=alert(1)>", "nothing could be graded")]
    [InlineData("broken", "not valid JSON")]
    [InlineData("eve", "symbolic link")]
    [InlineData("trudy", "symbolic link")]
    public void What_cannot_be_graded_is_in_the_table_with_the_reason(string student, string says)
    {
        var grade = graded.Of(student);
        Assert.Null(grade.Lesson);
        Assert.Contains(says, Assert.Single(grade.Remarks), StringComparison.Ordinal);
    }

    [NeedsToolFact(NeedsBubblewrap.Path, NeedsBubblewrap.Package)]
    public void The_same_hand_in_twice_is_reported_for_both()
    {
        Assert.Contains(graded.Of("anna").Remarks, remark => remark.Contains("carl", StringComparison.Ordinal));
        Assert.Contains(graded.Of("carl").Remarks, remark => remark.Contains("anna", StringComparison.Ordinal));
        Assert.Empty(graded.Of("bert").Remarks);
    }

    [NeedsToolFact(NeedsBubblewrap.Path, NeedsBubblewrap.Package)]
    public void The_table_has_a_row_for_each_and_no_text_of_a_student_acts_in_it()
    {
        var count = graded.Grades.Lessons.Sum(lesson => lesson.Exercises.Count);
        var rows = File.ReadAllLines(Path.Combine(graded.Out, "grades.csv"));
        Assert.Equal(9, rows.Length);
        Assert.StartsWith("student,file,lesson,right,almost,of,print,", rows[0], StringComparison.Ordinal);
        Assert.Contains(rows, row => row.StartsWith($"anna,anna/lines.dib,lines,{count},0,{count},right,right,", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith($"mallory,mallory/lines.dib,lines,0,0,{count},wrong,", StringComparison.Ordinal));
        Assert.Contains(rows, row => row.StartsWith("'=cmd|'calc'!A0<img src=x onerror=alert(1)>,", StringComparison.Ordinal));
        Assert.All(rows.Skip(1), row => Assert.Contains($",{graded.Grades.Sandbox.Name},", row, StringComparison.Ordinal));

        var pages = Directory.GetFiles(Path.Combine(graded.Out, "students"));
        Assert.Equal(8, pages.Length);
        Assert.All(pages.Append(Path.Combine(graded.Out, "index.html")), page =>
        {
            var html = File.ReadAllText(page);
            Assert.DoesNotContain("<img", html, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
            Assert.DoesNotContain('\u001b', html);
            Assert.InRange(html.Length, 1, 300_000);
        });
    }

    [NeedsToolFact(NeedsBubblewrap.Path, NeedsBubblewrap.Package)]
    public void Nothing_of_a_hand_in_is_left()
    {
        Assert.False(File.Exists(Path.Combine(graded.HandIns, "..", "was-here")));
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), folder => IsWorker(folder));
    }

    private static bool IsWorker(string folder)
    {
        try
        {
            var command = File.ReadAllText(Path.Combine(folder, "cmdline"));
            return command.Contains($"{AppContext.BaseDirectory}snn.dll\0{GradingWorker.Verb}\0", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
