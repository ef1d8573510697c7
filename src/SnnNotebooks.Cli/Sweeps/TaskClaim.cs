using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>
/// The right to run a task, or to write a training's files: a lock on a file, which the system takes back when its last holder ends,
/// however it ends. The task's own processes hold it too, so that one whose starter was killed is not run a second time beside itself.
/// </summary>
internal sealed partial class TaskClaim : IDisposable
{
    private static readonly Lock Starting = new();
    private readonly FileLock held;

    private TaskClaim(FileLock held) => this.held = held;

    /// <summary>Takes it.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="passing">Whether the file goes with the claim.</param>
    /// <returns>Null where another process has it.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static TaskClaim? TryTake(string path, bool passing = false)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return FileLock.TryTake(path, passing) is { } held ? new TaskClaim(held) : null;
    }

    /// <summary>Takes it, waiting for another process that is about to end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="patience">How long to wait.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <param name="passing">Whether the file goes with the claim.</param>
    /// <returns>Null where another process keeps it.</returns>
    public static async Task<TaskClaim?> TakeAsync(string path, TimeSpan patience, CancellationToken stop, bool passing = false)
    {
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            if (TryTake(path, passing) is { } claim)
            {
                return claim;
            }

            if (Stopwatch.GetElapsedTime(begun) > patience)
            {
                return null;
            }

            await Task.Delay(100, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Starts a process that holds the claim, too, with all it starts in turn.</summary>
    /// <param name="start">What to start.</param>
    public Process Start(ProcessStartInfo start)
    {
        // a copy of the handle that children inherit; it is here only while this child is made
        lock (Starting)
        {
            if (OperatingSystem.IsWindows())
            {
                return Process.Start(start)!;
            }

            var copy = Duplicate((int)held.Handle.DangerousGetHandle());
            try
            {
                return Process.Start(start)!;
            }
            finally
            {
                _ = CloseCopy(copy);
            }
        }
    }

    public void Dispose() => held.Dispose();

    [LibraryImport("libc", EntryPoint = "dup")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Duplicate(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CloseCopy(int handle);
}
