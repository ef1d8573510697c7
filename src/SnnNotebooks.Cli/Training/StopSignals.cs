using System.Runtime.InteropServices;

namespace SnnNotebooks.Cli.Training;

/// <summary>
/// SIGUSR1, by which Slurm warns before a job's time is over and <c>snn launch</c> asks its ranks to stop: cancels as SIGTERM and Ctrl-C
/// do.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>SIGUSR1 on Linux; macOS has another number.</summary>
    public static readonly int User1 = OperatingSystem.IsMacOS() ? 30 : 10;

    private readonly CancellationTokenSource source;
    private readonly PosixSignalRegistration? registration;

    /// <summary>Listens from now on.</summary>
    /// <param name="cancellation">Cancelled by the other signals.</param>
    public StopSignals(CancellationToken cancellation)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (!OperatingSystem.IsWindows())
        {
            registration = PosixSignalRegistration.Create((PosixSignal)User1, context =>
            {
                context.Cancel = true; // the signal alone would end the process
                source.Cancel();
            });
        }
    }

    /// <summary>Cancelled by any of the signals.</summary>
    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        registration?.Dispose();
        source.Dispose();
    }
}
