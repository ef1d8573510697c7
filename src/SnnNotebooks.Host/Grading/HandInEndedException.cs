namespace SnnNotebooks.Host.Grading;

/// <summary>The process of a hand-in ended, or had to be ended, before all was asked.</summary>
/// <param name="reason">Why, as the end of a sentence that begins with the hand-in.</param>
internal sealed class HandInEndedException(string reason) : Exception(reason);
