using System.Diagnostics;
using System.Globalization;
using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Grading;
using SnnNotebooks.Host.Tests.Courses;
using SnnNotebooks.Interactive.Exercises;

namespace SnnNotebooks.Host.Tests.Grading;

[Collection(GradingTests.OneByOne)]
public sealed class SandboxTests : IDisposable
{
    private readonly MadeCourse course = new("slope");

    public void Dispose() => course.Dispose();

    [Fact]
    public async Task Where_there_is_no_sandbox_grades_say_what_was_not_enforced()
    {
        var handIns = Directory.CreateDirectory(Path.Combine(course.Folder, "handed-in")).FullName;
        File.WriteAllText(Path.Combine(handIns, "anna.dib"), course.HandIn([MadeCourse.Right]));
        var grader = GradedClass.Grader(new GradingLimits(), new LimitsOnly());

        var grades = await grader.GradeAsync(Course.Read(course.Lessons), handIns, 1, new Progress<HandInGrade>(), default);

        Assert.Equal(ExerciseOutcome.Right, Assert.Single(Assert.Single(grades.HandIns).Exercises).Verdict.Outcome);
        Assert.Contains("Network: hand-ins could reach it.", GradeTable.Csv(grades), StringComparison.Ordinal);
        Assert.Contains(",\"unprotected, with limits\",", GradeTable.Csv(grades), StringComparison.Ordinal);
        new GradePages(grades).Write(course.Out);
        Assert.Contains("These ran unprotected", File.ReadAllText(Path.Combine(course.Out, "index.html")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_hides_files_is_the_sandbox_and_not_that_the_search_finds_nothing()
    {
        var handIns = Directory.CreateDirectory(Path.Combine(course.Folder, "handed-in")).FullName;
        var search = Attacks.Searching.Replace("ROOT", course.Folder, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(handIns, "mallory.dib"), course.HandIn([$"{search}\n{Attacks.Wrong}"]));
        Environment.SetEnvironmentVariable("SNN_TOLD", MadeCourse.Secret);

        var grades = await GradedClass.Grader(new GradingLimits(), new LimitsOnly())
            .GradeAsync(Course.Read(course.Lessons), handIns, 1, new Progress<HandInGrade>(), default);

        var printed = Assert.Single(Assert.Single(grades.HandIns).Exercises).Printed;
        Assert.Contains($"lines.csx: // {MadeCourse.Secret}", printed, StringComparison.Ordinal);
        Assert.Contains($"lines.dib: {MadeCourse.Secret}", printed, StringComparison.Ordinal);
        Assert.DoesNotContain("\nSNN_TOLD=", "\n" + printed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_that_stands_still_takes_no_time_from_a_hand_in()
    {
        var handIns = Directory.CreateDirectory(Path.Combine(course.Folder, "handed-in")).FullName;
        File.WriteAllText(Path.Combine(handIns, "anna.dib"), course.HandIn(
        [
            // longer than the limit no part of the process runs
            "System.Diagnostics.Process.Start(\"sh\", [\"-c\", \"kill -STOP $PPID; sleep 11; kill -CONT $PPID\"]).WaitForExit();\n"
            + MadeCourse.Right,
        ]));

        var grades = await GradedClass.Grader(new GradingLimits { CellTime = TimeSpan.FromSeconds(10) }, new LimitsOnly())
            .GradeAsync(Course.Read(course.Lessons), handIns, 1, new Progress<HandInGrade>(), default);

        Assert.Equal(ExerciseOutcome.Right, Assert.Single(Assert.Single(grades.HandIns).Exercises).Verdict.Outcome);
    }

    [Fact]
    public async Task A_cell_that_waits_for_ever_is_ended_after_some_patience_and_not_judged()
    {
        var handIns = Directory.CreateDirectory(Path.Combine(course.Folder, "handed-in")).FullName;
        File.WriteAllText(Path.Combine(handIns, "anna.dib"), course.HandIn(["System.Threading.Thread.Sleep(-1);\n" + MadeCourse.Right]));

        var grades = await GradedClass.Grader(new GradingLimits { CellTime = TimeSpan.FromSeconds(4) }, new LimitsOnly())
            .GradeAsync(Course.Read(course.Lessons), handIns, 1, new Progress<HandInGrade>(), default);

        var verdict = Assert.Single(Assert.Single(grades.HandIns).Exercises).Verdict;
        Assert.Equal(ExerciseOutcome.NotJudged, verdict.Outcome);
        Assert.StartsWith("No answer came in 12 s, and it hardly used the processor", verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hand_in_does_not_outlive_grading_that_was_stopped()
    {
        var handIns = Directory.CreateDirectory(Path.Combine(course.Folder, "handed-in")).FullName;
        var told = Path.Combine(course.Folder, "process.txt");
        File.WriteAllText(Path.Combine(handIns, "anna.dib"), course.HandIn(
        [
            $"System.IO.File.WriteAllText(\"{told}.part\", Environment.ProcessId.ToString());\n"
            + $"System.IO.File.Move(\"{told}.part\", \"{told}\");\nSystem.Threading.Thread.Sleep(-1);\n{MadeCourse.Right}",
        ]));
        using var stop = new CancellationTokenSource();
        var grading = GradedClass.Grader(new GradingLimits(), new LimitsOnly())
            .GradeAsync(Course.Read(course.Lessons), handIns, 1, new Progress<HandInGrade>(), stop.Token);
        while (!File.Exists(told) && !grading.IsCompleted)
        {
            await Task.Delay(20);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => grading);
        var process = int.Parse(File.ReadAllText(told), CultureInfo.InvariantCulture);
        Assert.Throws<ArgumentException>(() => Process.GetProcessById(process)); // there is none
    }

    [Fact]
    public async Task Last_words_that_come_after_the_end_of_a_process_are_told()
    {
        var handIns = Directory.CreateDirectory(Path.Combine(course.Folder, "handed-in")).FullName;
        File.WriteAllText(Path.Combine(handIns, "anna.dib"), course.HandIn([MadeCourse.Right]));
        string[] worker = ["sh", "-c", "(sleep 0.3; echo late words >&2) & exit 3"];
        var grader = new CourseGrader(worker, [Cli.KitExtension.Create()]) { Sandbox = new LimitsOnly() };

        var refused = await Assert.ThrowsAsync<NotebookException>(
            () => grader.GradeAsync(Course.Read(course.Lessons), handIns, 1, new Progress<HandInGrade>(), default));

        Assert.Contains("its process ended by itself (exit code 3), saying: late words", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_teachers_own_solution_is_not_right_nothing_is_graded()
    {
        var handIns = Directory.CreateDirectory(Path.Combine(course.Folder, "handed-in")).FullName;
        File.WriteAllText(Path.Combine(handIns, "anna.dib"), course.HandIn([MadeCourse.Right]));
        File.WriteAllText(course.LessonPath, File.ReadAllText(course.LessonPath).Replace("(3 * x) + 1", "3 * x", StringComparison.Ordinal));
        var grader = GradedClass.Grader(new GradingLimits(), new LimitsOnly());

        var refused = await Assert.ThrowsAsync<NotebookException>(
            () => grader.GradeAsync(Course.Read(course.Lessons), handIns, 1, new Progress<HandInGrade>(), default));

        Assert.Contains("own solution of 'slope' is not right here", refused.Message, StringComparison.Ordinal);
    }
}
