using System.ComponentModel;

namespace SnnNotebooks.Host.Execution;

/// <summary>
/// Where the code of cells asks whether it should go on: at every turn of a loop and at every call, where <see cref="GuardedCode"/> has put
/// it, and whenever something is shown. A thread cannot be made to stop from outside: on Linux the runtime's own way to do it
/// (<c>ControlledExecution</c>) ends the process when it meets optimised code between two of its safe points.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CellGuard
{
    /// <summary>Whether any cell has been stopped, so that <see cref="Check"/> is worth its while.</summary>
#pragma warning disable CA2211, SA1401 // read at every turn of a loop: nothing is faster than a field
    public static volatile bool IsStopping;
#pragma warning restore CA2211, SA1401

    /// <summary>Ends the code that asks, where it belongs to a cell that was stopped.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public static void Check()
    {
        if (IsStopping && CellRun.OfCaller is { Stopping.IsCancellationRequested: true } run)
        {
            // an exception must not cross the frames of native code
            if (NativeFrames.AreBelow())
            {
                run.Park();
            }

            throw Stopped(run);
        }
    }

    /// <summary>
    /// The same for code that may hold locks: called from native code it goes on to the next <see cref="Check"/>, for a thread that is kept
    /// would keep them.
    /// </summary>
    /// <exception cref="OperationCanceledException">The cell was stopped.</exception>
    internal static void CheckWhileShowing()
    {
        if (IsStopping && CellRun.OfCaller is { Stopping.IsCancellationRequested: true } run && !NativeFrames.AreBelow())
        {
            throw Stopped(run);
        }
    }

    private static OperationCanceledException Stopped(CellRun run) => new("The cell was stopped.", run.Stopping);
}
