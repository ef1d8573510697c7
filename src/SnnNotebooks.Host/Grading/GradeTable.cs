using System.Globalization;
using SnnNotebooks.Interactive.Exercises;

namespace SnnNotebooks.Host.Grading;

/// <summary>Grades as a table for a spreadsheet.</summary>
public static class GradeTable
{
    /// <summary>
    /// Comma-separated values: a row for each hand-in, with its student, file and lesson, how many answers are right and almost right, of
    /// how many, the outcome of each exercise, remarks, and what was not enforced.
    /// </summary>
    /// <param name="grades">The grades.</param>
    public static string Csv(Grades grades)
    {
        ArgumentNullException.ThrowIfNull(grades);
        string[] exercises = [.. grades.Lessons.SelectMany(lesson => lesson.Exercises.Select(exercise => exercise.Name))];
        return Lines(
        [
            ["student", "file", "lesson", "right", "almost", "of", .. exercises, "remarks", "sandbox", "not enforced"],
            .. grades.HandIns.Select(grade =>
            {
                var outcomes = grade.Exercises.ToDictionary(exercise => exercise.Exercise, exercise => Word(exercise.Verdict.Outcome));
                return (string[])
                [
                    grade.HandIn.Student, grade.HandIn.File.Replace('\\', '/'), grade.Lesson?.Name ?? "",
                    Number(grade.Count(ExerciseOutcome.Right)), Number(grade.Count(ExerciseOutcome.Almost)), Number(grade.Exercises.Count),
                    .. exercises.Select(exercise => outcomes.GetValueOrDefault(exercise, "")),
                    string.Join(" ", grade.Remarks), grades.Sandbox.Name, string.Join(" ", grades.Sandbox.NotEnforced),
                ];
            }),
        ]);
    }

    /// <summary>Rows as comma-separated values that a spreadsheet takes for texts and numbers, and never for formulas.</summary>
    internal static string Lines(IEnumerable<string[]> rows) =>
        string.Concat(rows.Select(cells => string.Join(',', cells.Select(Cell)) + "\r\n"));

    /// <summary>An outcome in a word.</summary>
    internal static string Word(ExerciseOutcome outcome) => outcome switch
    {
        ExerciseOutcome.Right => "right",
        ExerciseOutcome.Almost => "almost",
        ExerciseOutcome.Wrong => "wrong",
        ExerciseOutcome.NotAnswered => "no answer",
        _ => "not judged",
    };

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    // a spreadsheet takes a text that begins like this for a formula, which a file's name must not be
    private static string Cell(string text)
    {
        text = Documents.Printable.Name(text);
        text = text.Length > 0 && text[0] is '=' or '+' or '-' or '@' ? $"'{text}" : text;
        return text.AsSpan().IndexOfAny(",\"") < 0 ? text : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
