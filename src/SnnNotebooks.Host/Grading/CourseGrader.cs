using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Interactive.Exercises;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// Grades hand-ins. A student's code runs in a process of its own that knows no truth; what comes out of it is numbers, which are judged
/// here. <c>docs/teaching.md</c> says what that keeps out, and what it does not.
/// </summary>
/// <param name="workerCommand">The command that starts a worker: program, arguments, <see cref="GradingWorker.Verb"/>.</param>
/// <param name="extensions">Libraries lent to the definitions of the exercises.</param>
public sealed class CourseGrader(IReadOnlyList<string> workerCommand, IReadOnlyList<HostExtension> extensions)
{
    private const int MostTries = 5; // of one student at one lesson: each may take all the time that a hand-in has
    private const int Named = 3; // files in a remark

    /// <summary>Where hand-ins run.</summary>
    public Sandbox Sandbox { get; init; } = Sandbox.Find();

    /// <summary>What each may use.</summary>
    public GradingLimits Limits { get; init; } = new();

    /// <summary>Grades all hand-ins of a folder.</summary>
    /// <param name="course">The teacher's lessons.</param>
    /// <param name="folder">The hand-ins.</param>
    /// <param name="seed">Of the inputs on which functions are tried; students must not know it.</param>
    /// <param name="progress">Told of each hand-in that is done.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="NotebookException">
    /// The hand-ins cannot be read, there are none, no lesson has an exercise, or a lesson's own solutions are not right here: then no
    /// student's would be.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<Grades> GradeAsync(
        Course course, string folder, int seed, IProgress<HandInGrade> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(course);
        ArgumentNullException.ThrowIfNull(progress);
        if (course.Lessons.All(lesson => lesson.Exercises.Count == 0))
        {
            throw new NotebookException($"The lessons in {Printable.Name(course.Folder)} have no exercise. Expected the folder from which "
                + "the course was built.");
        }

        var handIns = HandIn.In(folder);
        if (handIns.Count == 0)
        {
            throw new NotebookException($"Nothing was handed in: {Printable.Name(folder)} is empty. Expected a folder for each student, or "
                + "a notebook (.dib or .ipynb) each.");
        }

        var lessons = handIns.ToLookup(handIn => course.LessonOf(handIn.Cells.Keys));
        var graded = new Dictionary<HandIn, HandInGrade>();
        void Done(HandInGrade grade) => progress.Report(graded[grade.HandIn] = grade);
        foreach (var handIn in lessons[null])
        {
            Done(new(handIn, null, [], [handIn.Refusal
                ?? "No cell of it begins with '// Exercise: NAME' for a name of this course: nothing could be graded."]));
        }

        foreach (var lesson in course.Lessons.Where(lesson => lessons[lesson].Any()))
        {
            var judge = await LessonJudge.OpenAsync(lesson, extensions, seed).ConfigureAwait(false);
            using var workspace = new Workspace(lesson);
            var run = new HandInRun(
                lesson, judge, token => StudentProcess.StartAsync(workerCommand, Sandbox, workspace, Limits, token), Limits);
            await TryOwnAsync(lesson, run, cancellationToken).ConfigureAwait(false);
            var twins = new TwinHandIns(lesson, lessons[lesson]);
            foreach (var handIn in lessons[lesson])
            {
                HandIn[] others = [.. lessons[lesson].Where(other => other != handIn && other.Student == handIn.Student)];
                if (others.Count(graded.ContainsKey) >= MostTries)
                {
                    Done(new(handIn, null, [], [$"{others.Length + 1} notebooks answer {lesson.Name} under this name, and {MostTries} were "
                        + "graded. Keep the one that counts."]));
                    continue;
                }

                var answers = handIn.Cells.ToDictionary(cell => cell.Key, cell => ComposedLesson.Answer(cell.Value));
                var grades = await run.GradeAsync(answers, cancellationToken).ConfigureAwait(false);
                Done(new(handIn, lesson, grades, [.. handIn.Remarks, .. Others(others), .. twins.Remarks(handIn)]));
            }
        }

        return new(course.Lessons, [.. handIns.Select(handIn => graded[handIn])], Sandbox, seed);
    }

    // a second try, or two students of one name: the teacher knows
    private static IEnumerable<string> Others(HandIn[] others) => others.Length > Named
        ? [$"{others.Length} other notebooks answer the same lesson under the same name."]
        : others.Select(other => $"{other.ShortFile} answers the same lesson under the same name.");

    // first of all: where the teacher's own solutions are not right, something is wrong with the course or with this machine
    private static async Task TryOwnAsync(CourseLesson lesson, HandInRun run, CancellationToken cancellationToken)
    {
        var solutions = lesson.Exercises.Where(exercise => exercise.Solution is not null)
            .ToDictionary(exercise => exercise.Name, exercise => exercise.Solution!);
        var grades = await run.GradeAsync(solutions, cancellationToken).ConfigureAwait(false);
        if (grades.FirstOrDefault(grade => grade.Answer is not null && grade.Verdict.Outcome != ExerciseOutcome.Right) is { } wrong)
        {
            throw new NotebookException(
                $"{Printable.Name(lesson.Path)}: the lesson's own solution of '{wrong.Exercise}' is not right here, so nothing was graded: "
                + wrong.Verdict.Message);
        }
    }
}
