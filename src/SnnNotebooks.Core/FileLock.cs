using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace SnnNotebooks;

/// <summary>
/// A lock on a file, which the system takes back when its last holder ends, however it ends. The host and the readers of data compile
/// this file too.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private const int LongestMark = 1 << 20; // a hole: nothing is written

    private readonly FileStream file;
    private readonly string? passing;

    private FileLock(FileStream file, string? passing) => (this.file, this.passing) = (file, passing);

    /// <summary>The locked file's handle: a process that inherits a copy of it holds the lock, too.</summary>
    public SafeFileHandle Handle => file.SafeFileHandle;

    /// <summary>Takes it.</summary>
    /// <param name="path">The file; made where it is missing, in a folder that is there.</param>
    /// <param name="passing">Whether the file goes with the lock.</param>
    /// <returns>Null where somebody has it, or gave it up at this moment and took the file along.</returns>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be made or written.</exception>
    public static FileLock? TryTake(string path, bool passing)
    {
        try
        {
            var delete = passing && OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None;
            return On(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, delete), path, passing);
        }
        catch (IOException held) when (IsHeld(held))
        {
            return null;
        }
    }

    /// <summary>The lock that an opened file is.</summary>
    /// <param name="file">The file, opened for nobody else; closed where it is no lock.</param>
    /// <param name="path">What it was opened as.</param>
    /// <param name="passing">Whether the file goes with the lock.</param>
    /// <returns>
    /// Null where the holder before removed the file after it had been opened here: the next to ask would make another one, and have the
    /// same right.
    /// </returns>
    internal static FileLock? On(FileStream file, string path, bool passing)
    {
        var leads = false;
        try
        {
            leads = !passing || OperatingSystem.IsWindows() || Leads(path, file);
            return leads ? new FileLock(file, passing ? path : null) : null;
        }
        finally
        {
            if (!leads)
            {
                file.Dispose();
            }
        }
    }

    /// <summary>Whether somebody has it now.</summary>
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
        catch (IOException held) when (IsHeld(held))
        {
            return true;
        }
    }

    /// <summary>Whether a file could not be opened because somebody has it: the numbers of Linux, macOS and Windows.</summary>
    public static bool IsHeld(IOException refused) => refused.HResult is 11 or 35 or unchecked((int)0x80070020);

    public void Dispose()
    {
        if (passing is not null && !OperatingSystem.IsWindows())
        {
            File.Delete(passing); // while it is held: later it could be another's
        }

        file.Dispose();
    }

    /// <summary>
    /// Whether a name still leads to a file: to one of a length that no other has. Its times can be set by its owner only, and a crash may
    /// have left another user's.
    /// </summary>
    private static bool Leads(string path, FileStream file)
    {
        file.SetLength(RandomNumberGenerator.GetInt32(1, LongestMark));
        return new FileInfo(path) is { Exists: true } named && named.Length == file.Length;
    }
}
