using System.Globalization;
using SnnNotebooks.Interactive.Exercises;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// Grades as the tables that Moodle and Canvas take back: the number of right answers, of students whose hand-ins were downloaded from
/// there. Of several hand-ins for one lesson the one with the most right answers counts. Who handed in nothing that was graded has no
/// row, so that no grade is set.
/// </summary>
internal sealed class PlatformTable
{
    private readonly (Submitter Student, HandInGrade[] Best)[] students;
    private readonly Platform platform;

    /// <summary>A table of those students who are known to a platform.</summary>
    public PlatformTable(Grades grades, Platform platform)
    {
        this.platform = platform;
        students =
        [
            .. grades.HandIns.Where(grade => grade.Lesson is not null && grade.HandIn.Submitter?.Platform == platform)
                .GroupBy(grade => grade.HandIn.Submitter!.Number)
                .Select(all => (all.First().HandIn.Submitter!, grades.Lessons.Select(lesson => all.Where(grade => grade.Lesson == lesson)
                    .MaxBy(grade => grade.Count(ExerciseOutcome.Right))).OfType<HandInGrade>().ToArray())),
        ];
    }

    /// <summary>What the table is called.</summary>
    public string FileName => platform == Platform.Moodle ? "moodle.csv" : "canvas.csv";

    /// <summary>Whether nobody is known to it.</summary>
    public bool IsEmpty => students.Length == 0;

    /// <summary>Comma-separated values, with the columns that the platform asks for.</summary>
    public string Csv() => platform == Platform.Moodle ? Moodle() : Canvas();

    // the grading worksheet of an assignment
    private string Moodle() => GradeTable.Lines(
    [
        ["Identifier", "Full name", "Grade", "Last modified (grade)", "Feedback comments"],
        .. students.Select(row => (string[])[$"Participant {row.Student.Number}", row.Student.Name,
            Number(row.Best.Sum(grade => grade.Count(ExerciseOutcome.Right))), "", string.Join(' ', row.Best.Select(Words))]),
    ]);

    // the gradebook: a column for each lesson
    private string Canvas()
    {
        string[] lessons = [.. students.SelectMany(row => row.Best).Select(grade => grade.Lesson!.Name).Distinct()];
        return GradeTable.Lines(
        [
            ["Student", "ID", "Section", .. lessons],
            .. students.Select(row => (string[])[row.Student.Name, row.Student.Number, "", .. lessons.Select(lesson =>
                row.Best.FirstOrDefault(grade => grade.Lesson!.Name == lesson) is { } grade
                    ? Number(grade.Count(ExerciseOutcome.Right)) : "")]),
        ]);
    }

    private static string Words(HandInGrade grade) => string.Create(CultureInfo.InvariantCulture,
        $"{grade.Lesson!.Title}: {grade.Count(ExerciseOutcome.Right)} of {grade.Exercises.Count} right (")
        + string.Join(", ", grade.Exercises.Select(one => $"{one.Exercise}: {GradeTable.Word(one.Verdict.Outcome)}")) + ").";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
