namespace SnnNotebooks;

/// <summary>
/// A module that takes a sequence in one call only: what it gives for a step depends on later ones, on their number, or on a state that no
/// second call goes on from.
/// </summary>
public interface IWholeSequence
{
    /// <summary>Whether that is so as it is set now.</summary>
    bool NeedsWholeSequence => true;
}
