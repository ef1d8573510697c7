using System.Text.RegularExpressions;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Exporting;

namespace SnnNotebooks.Host.Courses;

/// <summary>
/// How long a lesson takes: its words at 200 a minute (solutions are not read), a minute to look at what a cell shows, four for an
/// exercise, rounded up to five. Cells run meanwhile.
/// </summary>
internal static partial class LessonTime
{
    private const double WordsAMinute = 200;
    private const double MinutesAnExercise = 4;
    private const double Rounded = 5;

    /// <summary>Minutes, by the rule.</summary>
    /// <param name="lesson">The lesson.</param>
    public static int Minutes(CourseLesson lesson)
    {
        var cells = lesson.ForStudents().Cells;
        var words = cells.Where(cell => cell.Kernel == KernelNames.Markdown)
            .Sum(cell => Space().Split(LinkTexts.In(cell.Source).Trim()).Length);
        var shown = cells.Count(cell =>
            cell.Kernel == KernelNames.CSharp && ExerciseCell.NameOf(cell) is null && !LessonPages.IsSetup(cell));
        var minutes = (words / WordsAMinute) + shown + (MinutesAnExercise * lesson.Exercises.Count);
        return (int)(Rounded * Math.Ceiling(minutes / Rounded));
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
