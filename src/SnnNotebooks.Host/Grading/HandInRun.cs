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
    private const int LongestAnswer = 100_000; // characters of code: more than any exercise asks for
    private const int LongestMessage = 1000;
    private const int MostStarts = 3; // on a busy machine a process may not come up in time, with nothing of the student's in it
    private static readonly ExerciseVerdict NoAnswer = new(ExerciseOutcome.Wrong, "What came from the hand-in's process is no answer.");

    /// <summary>Grades a hand-in.</summary>
    /// <param name="answers">What stands in the gaps, by exercise.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public async Task<IReadOnlyList<ExerciseGrade>> GradeAsync(
        IReadOnlyDictionary<string, string> answers, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var grades = new List<ExerciseGrade>();
        var (student, ended) = (default(StudentProcess), TimeSpan.Zero); // its process, and the processor's time of those before
        var timing = new TimeLimit(limits.Time, () => ended + (student?.Processor ?? TimeSpan.Zero)).CancelAsync(over);
        async Task EndAsync()
        {
            ended += student?.Processor ?? TimeSpan.Zero;
            await DisposeAsync(student).ConfigureAwait(false);
            student = null;
        }

        try
        {
            foreach (var exercise in lesson.Exercises)
            {
                if (!answers.TryGetValue(exercise.Name, out var answer))
                {
                    grades.Add(new(exercise.Name, new(ExerciseOutcome.NotAnswered, "The hand-in has no such cell."), null, ""));
                    continue;
                }

                if (answer.Length > LongestAnswer)
                {
                    grades.Add(new(exercise.Name, new(ExerciseOutcome.Wrong, string.Create(CultureInfo.InvariantCulture,
                        $"The answer has {answer.Length} characters, and was not tried. At most {LongestAnswer} are.")),
                        answer[..LongestMessage] + " ...", ""));
                    continue;
                }

                try
                {
                    student ??= await BeginAsync(over.Token).ConfigureAwait(false);
                    var (grade, leavesProcess) = await TryAsync(student, exercise, answer).ConfigureAwait(false);
                    grades.Add(grade);
                    if (!leavesProcess)
                    {
                        await EndAsync().ConfigureAwait(false);
                    }
                }
                catch (HandInEndedException e)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    grades.Add(new(exercise.Name, over.IsCancellationRequested
                        ? new(ExerciseOutcome.NotJudged, string.Create(CultureInfo.InvariantCulture,
                            $"The whole hand-in ran longer than {limits.Time.TotalSeconds:0.###} s and was ended."))
                        : student is null
                        ? new(ExerciseOutcome.NotJudged, $"Not tried, by no fault of the answer: {e.Message}. Grade again.")
                        : e.Standstill != Standstill.None
                        ? new(ExerciseOutcome.NotJudged, e.Standstill.Say(limits.CellTime))
                        : new(ExerciseOutcome.Wrong, $"No answer came: {e.Message}."), answer, ""));
                    await EndAsync().ConfigureAwait(false);
                }
            }

            return grades;
        }
        finally
        {
            // also where it was stopped: a hand-in that goes on would be nobody's
            await EndAsync().ConfigureAwait(false);
            await over.CancelAsync().ConfigureAwait(false);
            await timing.ConfigureAwait(false);
        }
    }

    private async Task<StudentProcess> BeginAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            StudentProcess? student = null;
            try
            {
                student = await start(cancellationToken).ConfigureAwait(false);
                foreach (var cell in ComposedLesson.Imports(lesson))
                {
                    await student.AskAsync(new(GradingMessage.Run) { Cell = cell, Number = 1 }, GradingMessage.Finished,
                        StudentProcess.Start).ConfigureAwait(false);
                }

                return student;
            }
            catch (HandInEndedException) when (tries < MostStarts && !cancellationToken.IsCancellationRequested)
            {
                await DisposeAsync(student).ConfigureAwait(false);
            }
            catch
            {
                await DisposeAsync(student).ConfigureAwait(false);
                throw;
            }
        }
    }

    // a cell that broke off may have left its process without memory, or with threads that go on: nothing for the next answer
    private async Task<(ExerciseGrade Grade, bool LeavesProcess)> TryAsync(StudentProcess student, ExerciseCell exercise, string answer)
    {
        string? printed = null;
        foreach (var cell in ComposedLesson.Exercise(exercise, answer))
        {
            var finished = await student.AskAsync(
                new(GradingMessage.Run) { Cell = cell, Number = exercise.Index + 1 }, GradingMessage.Finished).ConfigureAwait(false);
            printed ??= Beginning(finished.Text); // the second cell is the teacher's
            if (finished.Standstill != Standstill.None)
            {
                return (StoodStill(finished, printed), false);
            }

            if (finished.Failure is { } failure)
            {
                return (new(exercise.Name, new(ExerciseOutcome.Wrong, $"The cell fails: {Cut(failure)}"), answer, printed),
                    failure.StartsWith("CompilationError:", StringComparison.Ordinal));
            }
        }

        var values = await student.AskAsync(
            new(GradingMessage.Try) { Name = exercise.Name, Text = judge.Draw(exercise.Name) }, GradingMessage.Values)
            .ConfigureAwait(false);
        if (values.Standstill != Standstill.None)
        {
            return (StoodStill(values, printed ?? ""), false);
        }

        var verdict = values.Name == exercise.Name
            ? await JudgeAsync(exercise.Name, values.Text ?? "null").ConfigureAwait(false)
            : NoAnswer;
        return (new(exercise.Name, verdict with { Message = Cut(verdict.Message) }, answer, printed ?? ""), true);

        ExerciseGrade StoodStill(GradingMessage message, string printed) =>
            new(exercise.Name, new(ExerciseOutcome.NotJudged, message.Standstill.Say(limits.CellTime)), answer, printed);
    }

    // the definition is the teacher's, but the numbers are not: a sum up to the answer could take for ever
    private async Task<ExerciseVerdict> JudgeAsync(string exercise, string values)
    {
        var judging = Task.Run(() => judge.Judge(exercise, values));
        if (await TimeLimit.ExceededByAsync(judging, limits.CellTime).ConfigureAwait(false) is not null)
        {
            return new(ExerciseOutcome.NotJudged, string.Create(CultureInfo.InvariantCulture,
                $"To judge this answer took the exercise's definition longer than {limits.CellTime.TotalSeconds:0.###} s."));
        }

        try
        {
            return await judging.ConfigureAwait(false);
        }
        catch (JsonException)
        {
            return NoAnswer;
        }
    }

    private static string Beginning(string? text) => text is null ? "" : text[..Math.Min(text.Length, AnswerSink.Longest)];

    private static string Cut(string text) => text.Length <= LongestMessage ? text : text[..LongestMessage] + " ...";

    private static ValueTask DisposeAsync(StudentProcess? student) => student?.DisposeAsync() ?? ValueTask.CompletedTask;
}
