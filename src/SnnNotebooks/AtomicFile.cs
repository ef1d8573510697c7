namespace SnnNotebooks;

/// <summary>Writes a file whole or not at all: to a temporary name beside it, flushed to disk, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>Writes <paramref name="content"/> to <paramref name="path"/>, replacing what was there only once all of it is on disk.</summary>
    /// <param name="path">The file; its folder is created where it is missing.</param>
    /// <param name="content">The bytes.</param>
    /// <exception cref="IOException">The disk is full or the folder cannot be written; the former file is untouched and no temporary file stays.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        using var stream = new Writing(path);
        stream.File.Write(content);
        stream.Commit();
    }

    /// <summary>Writes a file piece by piece; it appears under <paramref name="path"/> once <paramref name="write"/> has returned and all is on disk.</summary>
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

    /// <summary>A temporary file that takes its final name when it is committed and vanishes when it is not.</summary>
    private sealed class Writing : IDisposable
    {
        private readonly string path;
        private readonly string temporary;
        private bool committed;

        public Writing(string path)
        {
            ArgumentException.ThrowIfNullOrEmpty(path);
            this.path = path;
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            Directory.CreateDirectory(folder);
            temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
            File = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        }

        public FileStream File { get; }

        public void Commit()
        {
            File.Flush(flushToDisk: true);
            File.Dispose();
            System.IO.File.Move(temporary, path, overwrite: true);
            committed = true;
        }

        public void Dispose()
        {
            File.Dispose();
            if (!committed)
            {
                System.IO.File.Delete(temporary);
            }
        }
    }
}
