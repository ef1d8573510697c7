namespace SnnNotebooks.Interactive.Exercises;

/// <summary>Inputs on which an answer is tried once.</summary>
/// <param name="Given">The arguments in the order in which the answer takes them; none where the answer is no function.</param>
public sealed record ExerciseCase(IReadOnlyList<Quantity> Given);
