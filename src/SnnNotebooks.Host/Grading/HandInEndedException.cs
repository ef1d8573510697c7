namespace SnnNotebooks.Host.Grading;

/// <summary>The process of a hand-in ended, or had to be ended, before all was asked.</summary>
/// <param name="reason">Why, as the end of a sentence that begins with the hand-in.</param>
/// <param name="standstill">Where it took too long: why nobody knows what it would have answered.</param>
internal sealed class HandInEndedException(string reason, Standstill standstill = Standstill.None) : Exception(reason)
{
    /// <summary>Why nobody knows what it would have answered; none where its end is its own doing.</summary>
    public Standstill Standstill { get; } = standstill;
}
