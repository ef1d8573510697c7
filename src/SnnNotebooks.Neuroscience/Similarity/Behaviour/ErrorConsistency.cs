namespace SnnNotebooks.Similarity.Behaviour;

/// <summary>One answer to a stimulus.</summary>
/// <param name="Subject">Who answered.</param>
/// <param name="Condition">Under which condition, for example a distortion.</param>
/// <param name="Stimulus">The stimulus.</param>
/// <param name="Truth">What it shows.</param>
/// <param name="Choice">What was answered.</param>
public sealed record ObjectDecision(string Subject, string Condition, string Stimulus, string Truth, string Choice);

/// <summary>Cohen's kappa of two subjects under one condition.</summary>
/// <param name="First">A subject.</param>
/// <param name="Second">Another.</param>
/// <param name="Condition">The condition.</param>
/// <param name="Kappa">1 for errors on the same stimuli, 0 for as many shared as chance gives; NaN where both are always right or always
/// wrong, so that chance alone shares all.</param>
public sealed record PairConsistency(string First, string Second, string Condition, double Kappa);

/// <summary>Error consistency over subjects and conditions.</summary>
/// <param name="Value">The mean's absolute value, as Brain-Score takes it.</param>
/// <param name="Mean">Mean over conditions, then over pairs of subjects; NaN where there is none.</param>
/// <param name="Deviation">Standard deviation (of n) over pairs and conditions.</param>
/// <param name="Pairs">What was averaged; those without a number are left out of it.</param>
public sealed record ErrorConsistencyScore(double Value, double Mean, double Deviation, IReadOnlyList<PairConsistency> Pairs);

/// <summary>
/// Whether two subjects err on the same stimuli, beyond what their accuracies give by chance (R. Geirhos, K. Meding, F. Wichmann, NeurIPS
/// 2020; as in Brain-Score's <c>error_consistency</c>).
/// </summary>
public static class ErrorConsistency
{
    /// <summary>(observed - expected) / (1 - expected), where expected is what independent subjects of these accuracies share.</summary>
    /// <param name="first">Whether one subject was right, stimulus by stimulus.</param>
    /// <param name="second">Whether the other was.</param>
    /// <returns>NaN where chance alone shares everything.</returns>
    /// <exception cref="ArgumentException">The lists are empty or differ in length.</exception>
    public static double Kappa(IReadOnlyList<bool> first, IReadOnlyList<bool> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count != second.Count || first.Count == 0)
        {
            throw new ArgumentException(
                $"There are {first.Count} and {second.Count} answers; expected as many of both, to the same stimuli.");
        }

        double count = first.Count;
        var (a, b) = (first.Count(right => right) / count, second.Count(right => right) / count);
        var expected = (a * b) + ((1 - a) * (1 - b));
        return ((first.Zip(second).Count(pair => pair.First == pair.Second) / count) - expected) / (1 - expected);
    }

    /// <summary>A model against every subject under every condition.</summary>
    /// <param name="model">The model's answers; its name is not looked at.</param>
    /// <param name="subjects">The subjects'.</param>
    /// <returns>Kappa of each pair, at most 1, and their mean.</returns>
    /// <exception cref="ArgumentException">There are no answers, or under a condition not both saw the same stimuli once each.</exception>
    public static ErrorConsistencyScore Score(IReadOnlyList<ObjectDecision> model, IReadOnlyList<ObjectDecision> subjects)
    {
        ArgumentNullException.ThrowIfNull(model);
        var byCondition = model.ToLookup(decision => decision.Condition, StringComparer.Ordinal);
        return Aggregate(Conditions(subjects).SelectMany(condition => Subjects(subjects).Select(
            subject => Compare("model", byCondition[condition], subject, Of(subjects, subject, condition), condition))));
    }

    /// <summary>Every subject against every other: what a model may be expected to reach.</summary>
    /// <param name="subjects">Answers of two or more subjects.</param>
    /// <returns>Kappa of each pair, at most 1, and their mean.</returns>
    /// <exception cref="ArgumentException">There is one subject, or under a condition not all saw the same stimuli once each.</exception>
    public static ErrorConsistencyScore Ceiling(IReadOnlyList<ObjectDecision> subjects)
    {
        var names = Subjects(subjects);
        if (names.Length < 2)
        {
            throw new ArgumentException($"There are answers of {names.Length} subjects; a ceiling compares two or more.", nameof(subjects));
        }

        return Aggregate(Conditions(subjects).SelectMany(condition => names.SelectMany((first, place) => names.Skip(place + 1).Select(
            second => Compare(first, Of(subjects, first, condition), second, Of(subjects, second, condition), condition)))));
    }

    private static string[] Subjects(IReadOnlyList<ObjectDecision> decisions) =>
        [.. decisions.Select(decision => decision.Subject).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    private static string[] Conditions(IReadOnlyList<ObjectDecision> decisions)
    {
        ArgumentNullException.ThrowIfNull(decisions);
        return decisions.Count > 0
            ? [.. decisions.Select(decision => decision.Condition).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]
            : throw new ArgumentException("There are no answers of subjects.", nameof(decisions));
    }

    private static IEnumerable<ObjectDecision> Of(IReadOnlyList<ObjectDecision> decisions, string subject, string condition) =>
        decisions.Where(decision => decision.Subject == subject && decision.Condition == condition);

    private static PairConsistency Compare(
        string first, IEnumerable<ObjectDecision> ofFirst, string second, IEnumerable<ObjectDecision> ofSecond, string condition)
    {
        ObjectDecision[] a = [.. ofFirst.OrderBy(decision => decision.Stimulus, StringComparer.Ordinal)];
        ObjectDecision[] b = [.. ofSecond.OrderBy(decision => decision.Stimulus, StringComparer.Ordinal)];
        var names = a.Select(decision => decision.Stimulus).ToArray();
        return names.SequenceEqual(b.Select(decision => decision.Stimulus))
            && names.Distinct(StringComparer.Ordinal).Count() == names.Length
            ? new PairConsistency(first, second, condition, Kappa([.. a.Select(Right)], [.. b.Select(Right)]))
            : throw new ArgumentException(
                $"Under condition '{condition}' {first} answered {a.Length} times and {second} {b.Length} times; expected one answer of "
                + "each to every stimulus.");
    }

    private static bool Right(ObjectDecision decision) => decision.Choice == decision.Truth;

    private static ErrorConsistencyScore Aggregate(IEnumerable<PairConsistency> found)
    {
        PairConsistency[] pairs = [.. found];
        PairConsistency[] defined = [.. pairs.Where(pair => !double.IsNaN(pair.Kappa))];
        if (defined.Length == 0)
        {
            return new ErrorConsistencyScore(double.NaN, double.NaN, double.NaN, pairs);
        }

        var mean = defined.GroupBy(pair => (pair.First, pair.Second)).Average(group => group.Average(pair => pair.Kappa));
        var centre = defined.Average(pair => pair.Kappa);
        var deviation = Math.Sqrt(defined.Average(pair => (pair.Kappa - centre) * (pair.Kappa - centre)));
        return new ErrorConsistencyScore(Math.Abs(mean), mean, deviation, pairs);
    }
}
