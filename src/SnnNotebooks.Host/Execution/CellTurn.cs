namespace SnnNotebooks.Host.Execution;

/// <summary>
/// A request's time with a session, one cell or several. It begins before anybody is told that the cell runs: a stop that comes upon the
/// word would else find nothing to stop, and be lost.
/// </summary>
/// <param name="Session">The session.</param>
/// <param name="Run">What a stop ends.</param>
internal sealed record CellTurn(NotebookSession Session, CellRun Run) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Session.End(this);
}
