namespace SnnNotebooks.Host.Packages;

/// <summary>
/// One process's turn at a folder in which several would write: a lock on a file there, which the system takes back when its holder ends,
/// however it ends.
/// </summary>
internal static class FolderTurn
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits for the turn.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What gives the turn to the next when it is disposed.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static async Task<IDisposable> TakeAsync(string folder, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (FileLock.TryTake(Path.Combine(folder, "lock"), passing: false) is { } turn)
            {
                return turn;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
