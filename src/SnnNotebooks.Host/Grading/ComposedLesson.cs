using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// What of a lesson runs where a student's code does: what it imports, but for the definitions of its exercises; and the exercises, each a
/// gap with the student's answer and the teacher's own check. Of a hand-in nothing else is run: changed checks, cells in between and cells
/// added do not exist here.
/// </summary>
internal static class ComposedLesson
{
    /// <summary>The cells that make the kit ready.</summary>
    /// <param name="lesson">The teacher's.</param>
    public static IReadOnlyList<Cell> Imports(CourseLesson lesson) =>
    [
        .. lesson.Notebook.Cells.Where(cell => CourseLesson.IsImport(cell)
            && !cell.Source.Split('\n').Any(CourseLesson.ImportsDefinitions)),
    ];

    /// <summary>The gap's cell and the check's. They are two, so that nothing in the gap, such as an open comment, takes the check
    /// away.</summary>
    /// <param name="exercise">The teacher's.</param>
    /// <param name="answer">What stands in the gap.</param>
    public static IReadOnlyList<Cell> Exercise(ExerciseCell exercise, string answer) =>
        [new(KernelNames.CSharp, $"{exercise.Given}\n{answer}"), new(KernelNames.CSharp, exercise.Check)];

    /// <summary>What a student put into a gap.</summary>
    /// <param name="cell">The student's cell.</param>
    public static string Answer(string cell)
    {
        var lines = cell.Split('\n');
        var gap = Array.FindIndex(lines, line => line.TrimStart().StartsWith("// your answer", StringComparison.Ordinal));
        var check = Array.FindLastIndex(lines, line => line.TrimStart().StartsWith("Exercise.Check(", StringComparison.Ordinal));
        return string.Join('\n', lines[(gap < 0 ? 1 : gap + 1)..(check > gap ? check : lines.Length)]).Trim('\n');
    }
}
