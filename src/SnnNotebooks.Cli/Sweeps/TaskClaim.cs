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
    private readonly FileStream file;

    private readonly string? passing;

    private TaskClaim(FileStream file, string? passing) => (this.file, this.passing) = (file, passing);

    /// <summary>Takes it.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="passing">Whether the file goes with the claim.</param>
    /// <returns>Null where another process has it.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static TaskClaim? TryTake(string path, bool passing = false)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            var delete = passing && OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None;
            return On(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, delete), path, passing);
        }
        catch (IOException held) when (IsHolding(held))
        {
            return null;
        }
    }

    /// <summary>The claim that a locked file is.</summary>
    /// <param name="file">The file; closed where it is no claim.</param>
    /// <param name="path">What it was opened as.</param>
    /// <param name="passing">Whether the file goes with the claim.</param>
    /// <returns>
    /// Null where the holder before removed the file after it had been opened here: the next to ask would make another one, and have the
    /// same right.
    /// </returns>
    internal static TaskClaim? On(FileStream file, string path, bool passing)
    {
        if (passing && !OperatingSystem.IsWindows())
        {
            // a time that no other file has tells whether the name still leads to this one
            var time = DateTime.UnixEpoch.AddSeconds(Random.Shared.Next());
            File.SetLastWriteTimeUtc(file.SafeFileHandle, time);
            if (File.GetLastWriteTimeUtc(path) != time)
            {
                file.Dispose();
                return null;
            }
        }

        return new TaskClaim(file, passing ? path : null);
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

    /// <summary>Whether a process has it now.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            // shared: two who ask at the same time must not take each other for the holder
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read).Dispose();
            return false;
        }
        catch (Exception none) when (none is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException held) when (IsHolding(held))
        {
            return true;
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

            var copy = Duplicate((int)file.SafeFileHandle.DangerousGetHandle());
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

    public void Dispose()
    {
        if (passing is not null && !OperatingSystem.IsWindows())
        {
            File.Delete(passing); // while it is held: later it could be another's
        }

        file.Dispose();
    }

    // Linux, macOS, Windows
    private static bool IsHolding(IOException refused) => refused.HResult is 11 or 35 or unchecked((int)0x80070020);

    [LibraryImport("libc", EntryPoint = "dup")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Duplicate(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int CloseCopy(int handle);
}
