using System.Globalization;
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
        return Read(file, most);
    }

    /// <summary>
    /// The bytes of a file that lies where its path says: no part of the path is a symbolic link, nor becomes one meanwhile.
    /// </summary>
    /// <param name="path">Full path of the file, without links.</param>
    /// <param name="most">The largest file that is read, in bytes.</param>
    /// <returns>Null where the file is larger.</returns>
    /// <exception cref="IOException">It cannot be opened, a link leads elsewhere, or it is a pipe, a socket or a terminal.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be read.</exception>
    public static byte[]? ReadUnlinked(string path, long most)
    {
        using var file = Open(path);
        var number = file.SafeFileHandle.DangerousGetHandle();
        var opened = OperatingSystem.IsLinux()
            ? new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{number}")).LinkTarget
            : RealPath.Of(path);
        return opened == path ? Read(file, most) : throw new IOException("a symbolic link on its path leads elsewhere.");
    }

    private static byte[]? Read(FileStream file, long most)
    {
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
            var opened = OpenWithoutWaiting(path, OperatingSystem.IsLinux() ? 0x80800 : 0x1000004); // O_NONBLOCK | O_CLOEXEC
            if (!opened.IsInvalid)
            {
                var file = new FileStream(opened, FileAccess.Read, 0);
                if (file.CanSeek)
                {
                    return file; // and not a second one: the path may lead elsewhere by now
                }

                file.Dispose();
                throw new IOException("it is no regular file but a pipe, a socket or a terminal. Copy what it gives to a file first.");
            }

            opened.Dispose();
        }

        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle OpenWithoutWaiting(string path, int flags);
}
