namespace SnnNotebooks.Interactive.Exercises;

/// <content>How a definition is tested.</content>
public sealed partial class Exercise
{
    /// <summary>
    /// Tries the definition on itself: its truth must be right, each mistake must be told as the mistake it is, a number that has nothing
    /// to do with the exercise must be wrong, and there must be a hint. Of properties (<see cref="Requires"/>) only that is tried.
    /// </summary>
    /// <param name="seed">Draws the inputs.</param>
    /// <returns>What is wrong with the definition, a sentence each; none where it is as it should be.</returns>
    public IReadOnlyList<string> Faults(int seed)
    {
        var drawn = Draw(seed);
        ExerciseVerdict Judged(Func<IReadOnlyList<Quantity>, Quantity> answer) =>
            Judge(drawn, new AnswerValues(true, null, [.. drawn.Select(tried => answer(tried.Given))]));
        var faults = new List<string>();
        if (hints.Count == 0)
        {
            faults.Add("There is no hint.");
        }

        Quantity Far(IReadOnlyList<Quantity> given) => (truth?.Invoke(given) ?? 0.0).Map(value => (value * 1.7) - 12345.678);
        if (Judged(Far) is { Outcome: not ExerciseOutcome.Wrong } far)
        {
            faults.Add($"A number that has nothing to do with it is judged: {far.Message}");
        }

        if (truth is not null && Judged(truth) is { Outcome: not ExerciseOutcome.Right } own)
        {
            faults.Add($"Its own truth is judged: {own.Message}");
        }

        foreach (var (message, mistaken) in mistakes)
        {
            var verdict = Judged(mistaken);
            if (verdict != new ExerciseVerdict(ExerciseOutcome.Almost, message))
            {
                faults.Add($"The mistake '{message}' is judged: {verdict.Message}");
            }
        }

        return [.. faults.Select(fault => $"{Name}: {fault}")];
    }
}
