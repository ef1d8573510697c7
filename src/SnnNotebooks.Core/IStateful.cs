namespace SnnNotebooks;

/// <summary>
/// A module that remembers something between calls, such as its membrane potentials. State is neither parameter nor buffer.
/// </summary>
public interface IStateful
{
    /// <summary>Forgets: the next call starts from the initial state, for any batch size.</summary>
    void Reset();

    /// <summary>Keeps the state's values and lets go of the graph that computed them (truncated back-propagation through time).</summary>
    void Detach();

    /// <summary>
    /// Whether the last call went on from a state that still had the graph of an earlier call: a second backward pass then runs through
    /// that graph again.
    /// </summary>
    bool ContinuesGraph => false;
}
