using System.Globalization;
using System.Text.Json;
using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Interactive.Exercises;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// Tries the answers of a hand-in, one exercise after the other. An answer that ends its process costs its own exercise: the next begins in
/// a new one.
/// </summary>
/// <param name="lesson">The teacher's.</param>
/// <param name="judge">Knows what is right.</param>
/// <param name="start">Starts a process.</param>
/// <param name="limits">What all of the hand-in may use.</param>
internal sealed class HandInRun(
    CourseLesson lesson, LessonJudge judge, Func<CancellationToken, Task<StudentProcess>> start, GradingLimits limits)
{
    private static readonly ExerciseVerdict NoAnswer = new(ExerciseOutcome.Wrong, "What came from the hand-in's process is no answer.");

    /// <summary>Grades a hand-in.</summary>
    /// <param name="answers">What stands in the gaps, by exercise.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<IReadOnlyList<ExerciseGrade>> GradeAsync(
        IReadOnlyDictionary<string, string> answers, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(limits.Time);
        var grades = new List<ExerciseGrade>();
        StudentProcess? student = null;
        foreach (var exercise in lesson.Exercises)
        {
            if (!answers.TryGetValue(exercise.Name, out var answer))
            {
                grades.Add(new(exercise.Name, new(ExerciseOutcome.NotAnswered, "The hand-in has no such cell."), null, ""));
                continue;
            }

            try
            {
                student ??= await BeginAsync(over.Token).ConfigureAwait(false);
                grades.Add(await TryAsync(student, exercise, answer).ConfigureAwait(false));
            }
            catch (HandInEndedException e)
            {
                cancellationToken.ThrowIfCancellationRequested();
                grades.Add(new(exercise.Name, over.IsCancellationRequested
                    ? new(ExerciseOutcome.NotJudged, string.Create(CultureInfo.InvariantCulture,
                        $"The whole hand-in ran longer than {limits.Time.TotalSeconds:0.###} s and was ended."))
                    : new(ExerciseOutcome.Wrong, $"No answer came: {e.Message}."), answer, ""));
                await EndAsync(student).ConfigureAwait(false);
                student = null;
            }
        }

        await EndAsync(student).ConfigureAwait(false);
        return grades;
    }

    private async Task<StudentProcess> BeginAsync(CancellationToken cancellationToken)
    {
        var student = await start(cancellationToken).ConfigureAwait(false);
        foreach (var cell in ComposedLesson.Imports(lesson))
        {
            await student.AskAsync(new(GradingMessage.Run) { Cell = cell, Number = 1 }, GradingMessage.Finished, StudentProcess.Start)
                .ConfigureAwait(false);
        }

        return student;
    }

    private async Task<ExerciseGrade> TryAsync(StudentProcess student, ExerciseCell exercise, string answer)
    {
        var printed = "";
        foreach (var cell in ComposedLesson.Exercise(exercise, answer))
        {
            var finished = await student.AskAsync(
                new(GradingMessage.Run) { Cell = cell, Number = exercise.Index + 1 }, GradingMessage.Finished).ConfigureAwait(false);
            printed += finished.Text;
            printed = printed.Length > AnswerSink.Longest ? printed[..AnswerSink.Longest] : printed;
            if (finished.Failure is { } failure)
            {
                return new(exercise.Name, new(ExerciseOutcome.Wrong, $"The cell fails: {failure}"), answer, printed);
            }
        }

        var values = await student.AskAsync(
            new(GradingMessage.Try) { Name = exercise.Name, Text = judge.Draw(exercise.Name) }, GradingMessage.Values)
            .ConfigureAwait(false);
        return new(exercise.Name, values.Name == exercise.Name ? Judge(exercise.Name, values.Text) : NoAnswer, answer, printed);
    }

    private ExerciseVerdict Judge(string exercise, string? values)
    {
        try
        {
            return judge.Judge(exercise, values ?? "null");
        }
        catch (JsonException)
        {
            return NoAnswer;
        }
    }

    private static ValueTask EndAsync(StudentProcess? student) => student?.DisposeAsync() ?? ValueTask.CompletedTask;
}
