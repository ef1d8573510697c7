namespace SnnNotebooks.Interactive.Exercises;

/// <summary>How good an answer is.</summary>
public enum ExerciseOutcome
{
    /// <summary>The gap is still there.</summary>
    NotAnswered,

    /// <summary>There is an answer, but no definition to hold it against; a teacher's own process judges it.</summary>
    NotJudged,

    /// <summary>Wrong, in no way that was foreseen.</summary>
    Wrong,

    /// <summary>Wrong by one step, which the message names.</summary>
    Almost,

    /// <summary>Right on every input.</summary>
    Right,
}

/// <summary>What came of trying an answer.</summary>
/// <param name="Outcome">How good it is.</param>
/// <param name="Message">One or two sentences for the one who answered; they never tell the truth's numbers.</param>
public sealed record ExerciseVerdict(ExerciseOutcome Outcome, string Message);
