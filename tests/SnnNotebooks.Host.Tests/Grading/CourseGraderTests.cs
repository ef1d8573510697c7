using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Grading;
using SnnNotebooks.Host.Tests.Courses;
using SnnNotebooks.Interactive.Exercises;

namespace SnnNotebooks.Host.Tests.Grading;

/// <summary>Classes that are odd, but not hostile: without a sandbox, which not every system has.</summary>
[Collection(GradingTests.OneByOne)]
public sealed class CourseGraderTests : IDisposable
{
    // longer than what is tried: graded without a process
    private static readonly string TooLong = $"{Attacks.Wrong} // {new string('x', 100_000)}";
    private readonly MadeCourse course = new("slope");

    public void Dispose() => course.Dispose();

    [Fact]
    public async Task Two_hand_ins_under_one_name_are_both_graded_and_each_names_the_other()
    {
        HandIn("anna/first.dib", MadeCourse.Right);
        HandIn("anna/second.dib", TooLong);
        HandIn("anna.dib", TooLong);
        HandIn("bert.dib", TooLong);

        var grades = await GradeAsync(new GradingLimits());

        Assert.Equal(["anna.dib: Wrong", "anna/first.dib: Right", "anna/second.dib: Wrong", "bert.dib: Wrong"], grades.HandIns.Select(
            grade => $"{grade.HandIn.File}: {Assert.Single(grade.Exercises).Verdict.Outcome}"));
        Assert.Equal(
            ["anna.dib answers the same lesson under the same name.", "anna/second.dib answers the same lesson under the same name."],
            grades.HandIns[1].Remarks);
        Assert.Empty(grades.HandIns[3].Remarks);
        new GradePages(grades).Write(course.Out);
        Assert.Equal(["anna.html", "bert.html"],
            Directory.GetFiles(Path.Combine(course.Out, "students")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(5, File.ReadAllLines(Path.Combine(course.Out, "grades.csv")).Length);
        var table = File.ReadAllText(Path.Combine(course.Out, "index.html"));
        Assert.Contains("anna</a><br><small>anna/second.dib</small>", table, StringComparison.Ordinal);
        Assert.Contains("bert</a></td>", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_hand_ins_under_one_name_the_first_are_graded_and_the_others_say_so()
    {
        foreach (var letter in "abcdefg")
        {
            HandIn($"anna/{letter}.dib", TooLong);
        }

        var grades = await GradeAsync(new GradingLimits());

        Assert.Equal([true, true, true, true, true, false, false], grades.HandIns.Select(grade => grade.Lesson is not null));
        Assert.Equal("6 other notebooks answer the same lesson under the same name.", Assert.Single(grades.HandIns[0].Remarks));
        Assert.Equal("7 notebooks answer lines under this name, and 5 were graded. Keep the one that counts.",
            Assert.Single(grades.HandIns[6].Remarks));
    }

    [Fact]
    public async Task An_answer_that_takes_its_definition_for_ever_is_not_judged_and_holds_nobody_up()
    {
        var definitions = Path.Combine(course.Lessons, "exercises", "lines.csx");
        File.WriteAllText(definitions, File.ReadAllText(definitions).Replace(".Truth(", """
            .Requires("It is too large.", (_, answer) => { if (answer > 1e6) { System.Threading.Thread.Sleep(-1); } return true; }).Truth(
            """, StringComparison.Ordinal));
        HandIn("anna.dib", MadeCourse.Right);
        HandIn("mallory.dib", "Func<double, double> f = x => 1e9;");

        // the cells of the hand-ins have this time as well
        var grades = await GradeAsync(new GradingLimits { CellTime = TimeSpan.FromSeconds(5) });

        var (anna, mallory) = (grades.HandIns[0].Exercises[0].Verdict, grades.HandIns[1].Exercises[0].Verdict);
        Assert.Equal(ExerciseOutcome.Right, anna.Outcome);
        Assert.Equal(ExerciseOutcome.NotJudged, mallory.Outcome);
        Assert.Equal("To judge this answer took the exercise's definition longer than 5 s.", mallory.Message);
    }

    [Fact]
    public async Task An_answer_that_stands_still_or_cannot_be_stopped_is_not_judged_and_costs_only_itself()
    {
        using var four = new MadeCourse("waits", "waits-outside", "computes-outside", "right");
        var handIns = Directory.CreateDirectory(Path.Combine(four.Folder, "handed-in")).FullName;
        File.WriteAllText(Path.Combine(handIns, "anna.dib"), four.HandIn(
        [
            "Func<double, double> f = x => { System.Threading.Thread.Sleep(-1); return x; };",
            """
            static class Outside { [System.Runtime.InteropServices.DllImport("libc")] public static extern int pause(); }
            Func<double, double> f = x => Outside.pause();
            """,
            """
            static class Hash
            {
                [System.Runtime.InteropServices.DllImport("libcrypt.so.1")] public static extern nint crypt(string key, string salt);
            }

            Func<double, double> f = x => Hash.crypt("key", "$6$rounds=999999999$salt");
            """,
            MadeCourse.Right,
        ]));

        var grades = await GradedClass.Grader(new GradingLimits { CellTime = TimeSpan.FromSeconds(5) }, new LimitsOnly())
            .GradeAsync(Course.Read(four.Lessons), handIns, 1, new Progress<HandInGrade>(), default);

        var verdicts = Assert.Single(grades.HandIns).Exercises.Select(exercise => exercise.Verdict).ToArray();
        Assert.Equal(
            [ExerciseOutcome.NotJudged, ExerciseOutcome.NotJudged, ExerciseOutcome.NotJudged, ExerciseOutcome.Right],
            verdicts.Select(verdict => verdict.Outcome));
        Assert.All(verdicts.Take(2), verdict => Assert.StartsWith(
            "No answer came in 15 s, and it hardly used the processor", verdict.Message, StringComparison.Ordinal));

        // on a machine that gives it little of the processor it cannot be told from one that waits
        Assert.StartsWith("No answer came", verdicts[2].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_that_breaks_off_leaves_nothing_to_the_next_answer()
    {
        using var two = new MadeCourse("first", "second");
        var handIns = Directory.CreateDirectory(Path.Combine(two.Folder, "handed-in")).FullName;
        File.WriteAllText(Path.Combine(handIns, "anna.dib"), two.HandIn(
        [
            "AppContext.SetData(\"left\", 1); throw new OutOfMemoryException();",
            "var left = AppContext.GetData(\"left\"); Func<double, double> f = x => left is null ? (3 * x) + 1 : 0;",
        ]));

        var grades = await GradedClass.Grader(new GradingLimits(), new LimitsOnly())
            .GradeAsync(Course.Read(two.Lessons), handIns, 1, new Progress<HandInGrade>(), default);

        Assert.Equal([ExerciseOutcome.Wrong, ExerciseOutcome.Right],
            Assert.Single(grades.HandIns).Exercises.Select(exercise => exercise.Verdict.Outcome));
    }

    [Fact]
    public async Task A_folder_in_which_there_is_nothing_to_grade_or_to_grade_by_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(course.Folder, "handed-in"));

        var empty = await Assert.ThrowsAsync<NotebookException>(() => GradeAsync(new GradingLimits()));
        HandIn("anna.dib", MadeCourse.Right);
        File.Delete(course.LessonPath);
        var other = await Assert.ThrowsAsync<NotebookException>(() => GradeAsync(new GradingLimits()));

        Assert.StartsWith("Nothing was handed in: ", empty.Message, StringComparison.Ordinal);
        Assert.Contains("have no exercise", other.Message, StringComparison.Ordinal);
    }

    private void HandIn(string name, string answer)
    {
        var path = Path.Combine(course.Folder, "handed-in", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, course.HandIn([answer]));
    }

    private Task<Grades> GradeAsync(GradingLimits limits) => GradedClass.Grader(limits, new LimitsOnly()).GradeAsync(
        Course.Read(course.Lessons), Path.Combine(course.Folder, "handed-in"), 1, new Progress<HandInGrade>(), default);
}
