namespace SnnNotebooks.Training.Parallel;

/// <summary>What one pass came to.</summary>
/// <param name="Loss">Mean over its inputs.</param>
/// <param name="Correct">Inputs whose class was found.</param>
/// <param name="Seen">Its inputs.</param>
internal readonly record struct PassResult(double Loss, long Correct, long Seen);
