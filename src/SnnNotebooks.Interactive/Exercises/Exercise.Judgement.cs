namespace SnnNotebooks.Interactive.Exercises;

/// <content>How an answer is judged.</content>
public sealed partial class Exercise
{
    private const string NotAnsweredYet = "Not answered yet.";

    /// <summary>Judges what an answer gave. The answer itself is not needed, so it may have run in another process.</summary>
    /// <param name="drawn">The inputs, of <see cref="Draw"/>.</param>
    /// <param name="values">What came back for them.</param>
    /// <returns>Whether it is right, and what is said of it.</returns>
    /// <exception cref="InvalidOperationException">The definition has neither a truth nor a property.</exception>
    public ExerciseVerdict Judge(IReadOnlyList<ExerciseCase> drawn, AnswerValues values)
    {
        ArgumentNullException.ThrowIfNull(drawn);
        ArgumentNullException.ThrowIfNull(values);
        if (truth is null && requirements.Count == 0)
        {
            throw new InvalidOperationException($"The exercise '{Name}' has neither Truth nor Requires; its definition needs one of them.");
        }

        return !values.Answered ? new(ExerciseOutcome.NotAnswered, NotAnsweredYet)
            : values.Error is { } error ? new(ExerciseOutcome.Wrong, error)
            : values.Values.Count != drawn.Count ? new(
                ExerciseOutcome.Wrong, $"{values.Values.Count} answers came for {drawn.Count} inputs.")
            : Lacking(drawn, values.Values)
                ?? (truth is null ? null : Compared(drawn, values.Values, [.. drawn.Select(tried => truth(tried.Given))]))
                ?? new(ExerciseOutcome.Right, inputs.Count == 0 ? "Right." : $"Right, on {drawn.Count} inputs drawn anew.");
    }

    /// <summary>Solves the exercise by its own definition: what a right answer gives on some inputs.</summary>
    /// <param name="given">The arguments.</param>
    /// <returns>The right answer.</returns>
    /// <exception cref="InvalidOperationException">It is defined by properties alone.</exception>
    public Quantity Solve(IReadOnlyList<Quantity> given) =>
        truth?.Invoke(given) ?? throw new InvalidOperationException($"The exercise '{Name}' has no Truth: more than one answer is right.");

    private ExerciseVerdict? Lacking(IReadOnlyList<ExerciseCase> drawn, IReadOnlyList<Quantity> answers)
    {
        for (var i = 0; i < requirements.Count; i++)
        {
            var (message, holds) = requirements[i];
            for (var j = 0; j < drawn.Count; j++)
            {
                if (!Holds(holds, drawn[j].Given, answers[j]))
                {
                    return new(i > 0 ? ExerciseOutcome.Almost : ExerciseOutcome.Wrong, $"{message}{Place(drawn[j], answers[j])}");
                }
            }
        }

        return null;
    }

    // a property that cannot even be asked of an answer, for want of a second number for instance, does not hold
    private static bool Holds(
        Func<IReadOnlyList<Quantity>, Quantity, bool> property, IReadOnlyList<Quantity> given, Quantity answer)
    {
        try
        {
            return property(given, answer);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return false;
        }
    }

    private ExerciseVerdict? Compared(
        IReadOnlyList<ExerciseCase> drawn, IReadOnlyList<Quantity> answers, IReadOnlyList<Quantity> truths)
    {
        var right = answers.Zip(truths, (answer, wanted) => answer.IsNear(wanted, tolerance)).ToArray();
        if (right.All(each => each))
        {
            return null;
        }

        foreach (var (message, mistaken) in mistakes)
        {
            if (drawn.Zip(answers, (tried, answer) => answer.IsNear(mistaken(tried.Given), tolerance)).All(same => same))
            {
                return new(ExerciseOutcome.Almost, message);
            }
        }

        if (CommonMistakes.Find([.. drawn.Select(tried => tried.Given)], answers, truths, tolerance) is { } common)
        {
            return new(ExerciseOutcome.Almost, common);
        }

        var first = Array.IndexOf(right, false);
        var (given, wanted) = (answers[first], truths[first]);
        if (!given.IsShapedLike(wanted))
        {
            var asked = Sized(wanted);
            return new(ExerciseOutcome.Wrong, $"{char.ToUpperInvariant(asked[0])}{asked[1..]} is asked for; your answer is {Sized(given)}."
                + Place(drawn[first], given));
        }

        var count = right.Count(each => each);
        return new(
            ExerciseOutcome.Wrong,
            (count > 0 ? $"Right for {count} of {right.Length} inputs, but not for all." : "That is not it.") + Place(drawn[first], given)
            + (given.IsNumber ? string.Empty : $" The first numbers that are right: {Leading(given, wanted)} of {given.Values.Count}.")
            + (inputs.Count == 0 ? string.Empty : Tendency(answers, truths)));
    }

    // what all wrong answers have in common where nothing better is known of them
    private string Tendency(IReadOnlyList<Quantity> answers, IReadOnlyList<Quantity> truths)
    {
        if (answers.Skip(1).All(answer => answer.IsNear(answers[0], tolerance)) && truths.Any(truth => !truth.IsNear(truths[0], tolerance)))
        {
            return " It is the same for every input.";
        }

        var wrong = answers.Zip(truths).Where(pair => !pair.First.IsNear(pair.Second, tolerance)).ToArray();
        return !wrong.All(pair => pair.First.IsNumber && pair.Second.IsNumber && double.IsFinite(pair.First)) ? string.Empty
            : wrong.All(pair => pair.First > pair.Second) ? " Where it is wrong it is too large."
            : wrong.All(pair => pair.First < pair.Second) ? " Where it is wrong it is too small."
            : string.Empty;
    }

    private int Leading(Quantity given, Quantity wanted) => given.Values
        .TakeWhile((value, i) => Math.Abs(value - wanted.Values[i]) <= tolerance * Math.Max(wanted.Size, 1e-12)).Count();

    private string Place(ExerciseCase tried, Quantity answer) => inputs.Count == 0
        ? string.Empty
        : $" For {string.Join(", ", inputs.Zip(tried.Given, (input, value) => $"{input.Name} = {value}"))} your answer is {answer}.";

    private static string Sized(Quantity quantity) =>
        quantity.IsNumber ? "one number" : $"an array of {string.Join(" x ", quantity.Shape)} numbers";
}
