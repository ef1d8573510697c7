using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Execution;
using SnnNotebooks.Interactive.Exercises;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// Holds the definitions of a lesson's exercises, in the grader's own process: it draws the inputs and judges the numbers that come back.
/// No code of a student runs here.
/// </summary>
internal sealed class LessonJudge
{
    private readonly int seed;

    private LessonJudge(int seed) => this.seed = seed;

    /// <summary>Runs what the lesson imports, its definitions among it.</summary>
    /// <param name="lesson">The teacher's.</param>
    /// <param name="extensions">Libraries lent to the definitions.</param>
    /// <param name="seed">Of the inputs.</param>
    /// <exception cref="NotebookException">The definitions fail, or an exercise of the lesson has none.</exception>
    public static async Task<LessonJudge> OpenAsync(CourseLesson lesson, IReadOnlyList<HostExtension> extensions, int seed)
    {
        DisplayChannel.Sink ??= new AnswerSink();
        var session = new NotebookSession(lesson.Path, extensions);
        for (var i = 0; i < lesson.Notebook.Cells.Count; i++)
        {
            var cell = lesson.Notebook.Cells[i];
            if (CourseLesson.IsImport(cell) && await session.RunAsync(cell, i + 1).ConfigureAwait(false) is { } failure)
            {
                throw new NotebookException($"The lesson's own imports fail: {failure}");
            }
        }

        return lesson.Exercises.FirstOrDefault(exercise => !Exercise.Names.Contains(exercise.Name)) is { } undefined
            ? throw new NotebookException(
                $"{Printable.Name(lesson.Path)}: the exercise '{undefined.Name}' is defined nowhere. Expected an Exercise.Define("
                + $"\"{undefined.Name}\") in a file below {CourseLesson.DefinitionFolder} that the lesson imports.")
            : new LessonJudge(seed);
    }

    /// <summary>The inputs on which an answer is tried, as text.</summary>
    public string Draw(string exercise) => AnswerValues.WriteCases(Exercise.Find(exercise).Draw(seed));

    /// <summary>Judges what came back.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is no answer.</exception>
    public ExerciseVerdict Judge(string exercise, string values)
    {
        var definition = Exercise.Find(exercise);
        return definition.Judge(definition.Draw(seed), AnswerValues.Read(values));
    }
}
