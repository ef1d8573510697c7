using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Exporting;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Host.Courses;

/// <summary>
/// Makes a course of lessons. Each lesson is run once, with the solutions in its gaps; what students get shows the outputs of that run, but
/// for those of the exercises.
/// </summary>
/// <param name="runner">Runs the lessons.</param>
public sealed class CourseBuilder(NotebookRunner runner)
{
    /// <summary>Whether students get the definitions of the exercises, so that their answers are checked at once.</summary>
    public bool WithChecks { get; init; } = true;

    /// <summary>
    /// Writes <c>student</c> and <c>solution</c> (notebooks as <c>.dib</c> and <c>.ipynb</c>, with all they import, and pages to print),
    /// <c>slides</c>, and <c>index.html</c>. The same lessons with the same outputs give the same bytes.
    /// </summary>
    /// <param name="course">The lessons.</param>
    /// <param name="output">Made where it is missing; files of the same names are replaced.</param>
    /// <param name="progress">Told of each lesson that begins.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Path of <c>index.html</c>.</returns>
    /// <exception cref="NotebookException">A lesson fails, one of its solutions is not right, or a file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<string> BuildAsync(Course course, string output, IProgress<string> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(course);
        ArgumentNullException.ThrowIfNull(progress);
        var index = Path.Combine(output, "index.html");
        ExportFile.Prepare(index);
        var files = new CourseFiles(course.Lessons, withDefinitions: true);
        var (student, solution) = (Path.Combine(output, "student"), Path.Combine(output, "solution"));
        new CourseFiles(course.Lessons, WithChecks).CopyTo(student);
        files.CopyTo(solution);
        foreach (var lesson in course.Lessons)
        {
            progress.Report(lesson.Title);
            var place = Path.ChangeExtension(files.FromTop(lesson.Path), null);
            var solved = lesson.Solved();
            var (handedOut, done) = (Path.Combine(student, place), Path.Combine(solution, place));
            Write(handedOut, lesson.ForStudents(WithChecks));
            Write(done, solved);
            var pages = new LessonPages(course, lesson, await RunAsync(lesson, done + ".dib", cancellationToken).ConfigureAwait(false));
            WritePage(handedOut + ".html", pages.ForStudents());
            WritePage(done + ".html", pages.Solved());
            WritePage(Path.Combine(output, "slides", lesson.Name + ".html"), pages.Slides());
        }

        foreach (var text in LinkedText.Of(course.Lessons))
        {
            var page = Path.ChangeExtension(files.FromTop(text.Path), ".html");
            WritePage(Path.Combine(student, page), text.ToHtml());
            WritePage(Path.Combine(solution, page), text.ToHtml());
            WritePage(Path.Combine(output, "slides", text.Name + ".html"), text.ToHtml());
        }

        ExportFile.Write(index, CourseIndex.Write(course, path => Path.ChangeExtension(files.FromTop(path), null)));
        return index;
    }

    private static void Write(string path, Notebook notebook)
    {
        ExportFile.Prepare(path + ".dib");
        ExportFile.Write(path + ".dib", DibWriter.Write(notebook));
        ExportFile.Write(path + ".ipynb", IpynbWriter.Write(notebook));
    }

    private static void WritePage(string path, string page)
    {
        ExportFile.Prepare(path);
        ExportFile.Write(path, StableIds.In(page));
    }

    private async Task<RunReport> RunAsync(CourseLesson lesson, string path, CancellationToken cancellationToken)
    {
        var scratch = Directory.CreateTempSubdirectory("snn-course-");
        try
        {
            var report = await runner.RunAsync(new RunRequest(path, scratch.FullName, new Dictionary<string, string>(), null),
                new Unheard(), cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return !report.Succeeded
                ? throw new NotebookException($"{Printable.Name(lesson.Path)} with its solutions fails: {report.Failure}")
                : lesson.Exercises.FirstOrDefault(exercise => exercise.Solution is not null && !IsRight(report.Cells[exercise.Index]))
                    is { } wrong
                ? throw new NotebookException(
                    $"{Printable.Name(lesson.Path)}: the solution of '{wrong.Name}' is not right by its own check: "
                    + Said(report.Cells[wrong.Index]))
                : report;
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static bool IsRight(CellReport check) => check.Outputs.OfType<DisplayOutput>()
        .Any(shown => shown.Data.GetValueOrDefault("text/html", "").Contains("data-outcome=\"Right\"", StringComparison.Ordinal));

    private static string Said(CellReport check) => string.Join(
        " ", check.Outputs.OfType<DisplayOutput>().Select(shown => shown.Data.GetValueOrDefault("text/plain", "")));

    private sealed class Unheard : IProgress<RunEvent>
    {
        public void Report(RunEvent value)
        {
        }
    }
}
