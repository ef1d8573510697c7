using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>What becomes of a network's state at the end of a scope.</summary>
public enum StateEnd
{
    /// <summary>It is forgotten: the next input starts from the initial state.</summary>
    Reset,

    /// <summary>
    /// Its values are kept and its graph is let go: the next input continues it (truncated back-propagation through time).
    /// </summary>
    Detach,
}

/// <summary>
/// The time in which a network's state belongs together: <c>using (new StateScope(network)) { ... }</c> around the forward and the
/// backward pass. At its end the state is reset or detached, also when something threw, so that no later backward pass runs into the
/// graph of an earlier one.
/// </summary>
public sealed class StateScope : IDisposable
{
    private readonly nn.Module network;
    private readonly StateEnd end;

    /// <summary>Begins a scope. One that ends with a reset also begins with one.</summary>
    /// <param name="network">The network, or one module.</param>
    /// <param name="end">What becomes of the state.</param>
    public StateScope(nn.Module network, StateEnd end = StateEnd.Reset)
    {
        ArgumentNullException.ThrowIfNull(network);
        (this.network, this.end) = (network, end);
        if (end == StateEnd.Reset)
        {
            Functional.Reset(network);
        }
    }

    /// <summary>Ends the scope.</summary>
    public void Dispose()
    {
        if (end == StateEnd.Reset)
        {
            Functional.Reset(network);
        }
        else
        {
            Functional.Detach(network);
        }
    }
}
