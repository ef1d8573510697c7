using System.Diagnostics;

namespace SnnNotebooks.Host.Running;

/// <summary>
/// Writes the files of a run whenever a cell has ended, so that a closed terminal or a killed process takes no finished cell with it.
/// </summary>
/// <param name="files">The files.</param>
/// <param name="report">The run as it is now.</param>
/// <param name="next">Told what happens after this.</param>
internal sealed class RunJournal(RunFiles files, Func<RunReport> report, IProgress<RunEvent> next) : IProgress<RunEvent>, IDisposable
{
    // writing takes at most a fifth of the time, however large the outputs are
    private const int Pause = 4;

    private readonly SemaphoreSlim ended = new(0);
    private readonly CancellationTokenSource over = new();

    public void Report(RunEvent value)
    {
        next.Report(value);
        if (value is CellFinished)
        {
            ended.Release();
        }
    }

    /// <summary>Writes until <see cref="Stop"/>.</summary>
    public async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                await ended.WaitAsync(over.Token).ConfigureAwait(false);
                while (ended.Wait(0, CancellationToken.None))
                {
                    // one file tells of all cells that have ended
                }

                // what cannot be written now is told when the run ends
                var begun = Stopwatch.GetTimestamp();
                files.Write(report());
                await Task.Delay(Stopwatch.GetElapsedTime(begun) * Pause, over.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // the run is over, and its last report is written by whoever ends it
        }
    }

    /// <summary>Ends <see cref="WriteAsync"/>.</summary>
    public void Stop() => over.Cancel();

    public void Dispose()
    {
        ended.Dispose();
        over.Dispose();
    }
}
