namespace SnnNotebooks.Memory;

/// <summary>
/// A module that can save memory in training by itself: of its parts nothing is kept for the backward pass but their input, as
/// <see cref="Recomputed"/> does, while parameters keep their names. <see cref="Functional.Recompute"/> asks it of a whole network.
/// </summary>
public interface IRecomputable
{
    /// <summary>Sets whether its parts are computed a second time in the backward pass.</summary>
    /// <param name="on">Whether they are.</param>
    /// <returns>How many parts that are, at least 0, whether on or off.</returns>
    int Recompute(bool on);
}
