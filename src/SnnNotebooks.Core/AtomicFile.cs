namespace SnnNotebooks;

/// <summary>Writes a file whole or not at all: to a temporary name beside it, flushed to disk, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes <paramref name="content"/> to <paramref name="path"/>, replacing what was there only once all of it is on disk.
    /// </summary>
    /// <param name="path">The file; its folder is created where it is missing.</param>
    /// <param name="content">The bytes.</param>
    /// <exception cref="IOException">The disk is full or the folder cannot be written; the former file is untouched and no temporary file
    /// stays.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var stream = new Writing(path);
        stream.File.Write(content);
        stream.Commit();
    }

    /// <summary>
    /// Writes a file piece by piece; it appears under <paramref name="path"/> once <paramref name="write"/> has returned and all is on
    /// disk.
    /// </summary>
    /// <param name="path">The file; its folder is created where it is missing.</param>
    /// <param name="write">Writes the content; if it throws, the former file is untouched and no temporary file stays.</param>
    /// <exception cref="IOException">The disk is full or the folder cannot be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        using var stream = new Writing(path);
        write(stream.File);
        stream.Commit();
    }

    /// <summary>Tries whether a file could be written, before hours of work that end in it.</summary>
    /// <param name="path">The file; its folder is created where it is missing, and what is there stays as it is.</param>
    /// <exception cref="IOException">The folder cannot be written, or the path is a folder.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void EnsureWritable(string path)
    {
        using var probe = new Writing(path);
    }

    /// <summary>
    /// Removes the temporary files that processes left which were killed while they wrote a file. Those that another process is writing at
    /// this moment stay.
    /// </summary>
    /// <param name="path">The file that was being written.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static void RemoveAbandoned(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is not { } folder || !Directory.Exists(folder))
        {
            return;
        }

        var start = $".{Path.GetFileName(path)}.";
        foreach (var candidate in new DirectoryInfo(folder).EnumerateFiles(".*.tmp"))
        {
            if (candidate.Name.StartsWith(start, StringComparison.Ordinal)
                && Guid.TryParseExact(candidate.Name[start.Length..^".tmp".Length], "N", out _))
            {
                RemoveIfAbandoned(candidate.FullName);
            }
        }
    }

    private static void RemoveIfAbandoned(string temporary)
    {
        try
        {
            // a process that still writes it holds it until it has its final name
            new FileStream(temporary, FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // in use, or not ours: neither harms what is written now
        }
    }

    /// <summary>A temporary file that takes its final name when it is committed and vanishes when it is not.</summary>
    private sealed class Writing : IDisposable
    {
        private readonly string path;
        private readonly string temporary;
        private readonly FileStream held;
        private bool committed;

        public Writing(string path)
        {
            ArgumentException.ThrowIfNullOrEmpty(path);
            this.path = path;
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (Directory.Exists(path))
            {
                throw new IOException($"{path} is a folder; expected the name of a file.");
            }

            Directory.CreateDirectory(folder);
            (temporary, File, held) = Begin(Path.Combine(folder, $".{Path.GetFileName(path)}."));
        }

        public FileStream File { get; }

        /// <summary>
        /// A new file, and what holds it until it has its final name: closed and not held, it would look abandoned for a moment.
        /// </summary>
        private static (string Temporary, FileStream File, FileStream Held) Begin(string start)
        {
            while (true)
            {
                var temporary = $"{start}{Guid.NewGuid():N}.tmp";
                FileStream? file = null;
                try
                {
                    file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
                    return (temporary, file, new FileStream(
                        temporary, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1));
                }
                catch (IOException met) when (file is null ? FileLock.IsHeld(met) : met is FileNotFoundException)
                {
                    // Linux, macOS: made, and not locked yet, it looked abandoned to another process
                    file?.Dispose();
                }
            }
        }

        public void Commit()
        {
            File.Flush(flushToDisk: true);
            File.Dispose();
            System.IO.File.Move(temporary, path, overwrite: true);
            committed = true;
        }

        public void Dispose()
        {
            if (committed)
            {
                held.Dispose();
                return;
            }

            try
            {
                File.Dispose();
            }
            catch (Exception closing) when (closing is IOException or ObjectDisposedException)
            {
                // closing writes what is buffered: on a full disk it fails as the write before it did, and that failure is the one to tell
            }
            finally
            {
                held.Dispose();
                System.IO.File.Delete(temporary);
            }
        }
    }
}
