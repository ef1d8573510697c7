using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Exporting;

namespace SnnNotebooks.Host.Courses;

/// <summary>A folder of lessons.</summary>
/// <param name="Folder">Full path.</param>
/// <param name="Lessons">Its lessons: by the number in their heading, then by it.</param>
public sealed record Course(string Folder, IReadOnlyList<CourseLesson> Lessons)
{
    /// <summary>Reads a course.</summary>
    /// <param name="folder">A folder with <c>.dib</c> files; those whose name begins with an underscore are no lessons.</param>
    /// <exception cref="NotebookException">There is no lesson in it, one cannot be read, or two have an exercise of the same
    /// name.</exception>
    public static Course Read(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new NotebookException($"{Printable.Name(folder)} is no folder; expected one with lessons (.dib).");
        }

        CourseLesson[] lessons = [.. Directory.EnumerateFiles(folder, "*.dib").Where(path => !Path.GetFileName(path).StartsWith('_'))
            .Order(StringComparer.Ordinal).Select(CourseLesson.Read)
            .OrderBy(lesson => HeadingNumber.Of(lesson.Title)).ThenBy(lesson => lesson.Title, StringComparer.Ordinal)];
        if (lessons.Length == 0)
        {
            throw new NotebookException($"There is no lesson in {Printable.Name(folder)}; expected .dib files.");
        }

        var twice = lessons.SelectMany(lesson => lesson.Exercises.Select(exercise => (exercise.Name, lesson))).GroupBy(item => item.Name)
            .FirstOrDefault(group => group.Count() > 1);
        return twice is null ? new(Path.GetFullPath(folder), lessons) : throw new NotebookException(
            $"Two lessons, {string.Join(" and ", twice.Select(item => Printable.Name(Path.GetFileName(item.lesson.Path))))}, have an "
            + $"exercise '{twice.Key}'. A hand-in is matched by these names; give one of them another.");
    }

    /// <summary>The lesson that most of some exercises belong to; null where none does.</summary>
    internal CourseLesson? LessonOf(IEnumerable<string> exercises) => Lessons
        .Select(lesson => (lesson, Count: exercises.Count(name => lesson.Exercises.Any(exercise => exercise.Name == name))))
        .Where(item => item.Count > 0).OrderByDescending(item => item.Count).Select(item => item.lesson).FirstOrDefault();
}
