using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SnnNotebooks.Host.Documents;

/// <summary>Opens files that a document names. A pipe or a device would keep its reader waiting for ever.</summary>
internal static partial class RegularFile
{
    /// <summary>The bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The largest file that is read, in bytes.</param>
    /// <returns>Null where the file is larger.</returns>
    /// <exception cref="IOException">It cannot be opened, or is a pipe, a socket or a terminal.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static byte[]? Read(string path, long most)
    {
        using var file = Open(path);
        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (var read = file.Read(buffer); read > 0; read = file.Read(buffer))
        {
            if (bytes.Length + read > most)
            {
                return null;
            }

            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    private static FileStream Open(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            // opening a pipe waits for its writer unless it is told not to
            using var opened = OpenWithoutWaiting(path, OperatingSystem.IsLinux() ? 0x80800 : 0x1000004); // O_NONBLOCK | O_CLOEXEC
            if (!opened.IsInvalid && !new FileStream(opened, FileAccess.Read, 0).CanSeek)
            {
                throw new IOException("it is no regular file but a pipe, a socket or a terminal. Copy what it gives to a file first.");
            }
        }

        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle OpenWithoutWaiting(string path, int flags);
}
