using System.Collections.Concurrent;

namespace SnnNotebooks.Interactive.Exercises;

/// <summary>
/// An exercise that checks its answer. A lesson hands the answer to <see cref="Check"/>; what is right, what is nearly right and the hints
/// stand in a file of their own (<c>docs/teaching.md</c>), which the lesson imports. An answer is tried on inputs drawn anew and judged by
/// the numbers it gives, never by its text.
/// </summary>
public sealed partial class Exercise
{
    private static readonly ConcurrentDictionary<string, Exercise> Defined = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, object?> Answers = new(StringComparer.Ordinal);

    private Exercise(string name) => Name = name;

    /// <summary>Its name: small letters, digits and hyphens.</summary>
    public string Name { get; }

    /// <summary>How many hints there are.</summary>
    public int HintCount => hints.Count;

    /// <summary>
    /// The sentences by which it names mistakes: of properties, then of nearly right answers, each in their order. What is recognised in
    /// every exercise is not among them.
    /// </summary>
    public IReadOnlyList<string> Mistakes => [.. requirements.Select(each => each.Message), .. mistakes.Select(each => each.Message)];

    /// <summary>Tries an answer, shows what came of it, and after every try that was not right one hint more.</summary>
    /// <param name="name">Which exercise.</param>
    /// <param name="answer">What <see cref="AnswerValues.Of"/> takes; it is kept (<see cref="AnswerTo"/>).</param>
    /// <returns>The verdict to look at. Without a definition in this process the answer is only kept.</returns>
    /// <exception cref="ArgumentException">The name is none.</exception>
    public static ExerciseView Check(string name, object? answer)
    {
        Answers[Named(name)] = answer;
        return Defined.TryGetValue(name, out var exercise) ? exercise.Try(answer) : Unknown(name, answer);
    }

    /// <summary>Shows one hint more.</summary>
    /// <param name="name">Which exercise.</param>
    /// <returns>The view, which a cell shows.</returns>
    /// <exception cref="ArgumentException">No exercise of this name is defined here.</exception>
    public static ExerciseView Hint(string name)
    {
        var exercise = Find(name);
        exercise.hintsShown = Math.Min(exercise.hintsShown + 1, exercise.hints.Count);
        return new(name, exercise.lastVerdict, exercise.Shown(), exercise.hints.Count);
    }

    /// <summary>A defined exercise.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The exercise.</returns>
    /// <exception cref="ArgumentException">No exercise of this name is defined here.</exception>
    public static Exercise Find(string name) => Defined.TryGetValue(Named(name), out var exercise)
        ? exercise
        : throw new ArgumentException(
            $"No exercise '{name}' is defined here; defined are {(Defined.IsEmpty ? "none" : string.Join(", ", Names))}. "
            + "Run the cell that imports the lesson's exercises first.", nameof(name));

    /// <summary>Names of the exercises that are defined here, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names => [.. Defined.Keys.Order(StringComparer.Ordinal)];

    /// <summary>The last answer that was handed to <see cref="Check"/> in this process; null where there is none.</summary>
    /// <param name="name">Which exercise; it need not be defined here.</param>
    /// <returns>The answer, or null.</returns>
    public static object? AnswerTo(string name) => Answers.GetValueOrDefault(Named(name));

    /// <summary>Draws inputs.</summary>
    /// <param name="seed">The same seed draws the same inputs.</param>
    /// <returns>As many cases as the definition asks for; one without inputs where the answer is no function.</returns>
    public IReadOnlyList<ExerciseCase> Draw(int seed)
    {
        var draw = new ExerciseDraw(seed);
        return [.. Enumerable.Range(0, inputs.Count == 0 ? 1 : cases)
            .Select(_ => new ExerciseCase([.. inputs.Select(input => input.Draw(draw))]))];
    }

    private ExerciseView Try(object? answer)
    {
        var drawn = Draw(Random.Shared.Next());
        lastVerdict = Judge(drawn, inputs.Count > 0 && answer is not (null or Delegate)
            ? new AnswerValues(true, $"A function of {string.Join(", ", inputs.Select(input => input.Name))} is asked for.", [])
            : AnswerValues.Of(answer, drawn));
        if (lastVerdict.Outcome is ExerciseOutcome.Wrong or ExerciseOutcome.Almost)
        {
            hintsShown = Math.Min(hintsShown + 1, hints.Count);
        }

        return new(Name, lastVerdict, Shown(), hints.Count);
    }

    private static ExerciseView Unknown(string name, object? answer) => new(
        name,
        answer is null
            ? new(ExerciseOutcome.NotAnswered, NotAnsweredYet)
            : new(ExerciseOutcome.NotJudged, "Your answer is kept. It is not checked here, but where it is handed in."), [], 0);

    private string[] Shown() => [.. hints.Take(hintsShown)];

    private static string Named(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return name.All(letter => letter is '-' || char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter))
            ? name
            : throw new ArgumentException($"'{name}' is no name of an exercise; expected small letters, digits and hyphens.", nameof(name));
    }
}
