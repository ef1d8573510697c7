using System.Formats.Tar;
using System.IO.Compression;

namespace SnnNotebooks.Datasets;

/// <summary>
/// Unpacks zip, tar and gzipped tar archives that may come from anyone: only plain files and folders below the target, never more bytes or
/// entries than allowed; nothing appears in the target unless all of the archive is in order.
/// </summary>
public static class SafeArchive
{
    /// <summary>
    /// How many times its own size an archive may unpack to where nothing else is said; images, videos and events compress less.
    /// </summary>
    public const long UsualRatio = 50;

    private const long AtLeastAllowed = 16L << 20;
    private const int MostEntries = 5_000_000;
    private const int LongestName = 1024;
    private const int UnixLink = 0xA000;
    private const int UnixKind = 0xF000;

    /// <summary>Unpacks an archive into a folder; files that are there already are replaced.</summary>
    /// <param name="archive">A file that ends in .zip, .tar, .tar.gz or .tgz.</param>
    /// <param name="folder">Where the entries go; made where it is missing.</param>
    /// <param name="mostBytes">The most bytes all files may have together; null for 50 times the archive's own size, at least 16
    /// MiB.</param>
    /// <param name="cancellation">Stops; the folder is left as it was.</param>
    /// <exception cref="DatasetException">The archive is damaged or of another kind, an entry leads out of the folder, is a link or a
    /// device, or it holds too much.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    /// <exception cref="ArgumentException"><paramref name="archive"/> is empty, or <paramref name="folder"/> is empty.</exception>
    public static void Unpack(string archive, string folder, long? mostBytes = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(archive);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var limit = mostBytes ?? Math.Max(AtLeastAllowed, new FileInfo(archive).Length * UsualRatio);
        Directory.CreateDirectory(folder);
        var staging = Path.Combine(Path.GetFullPath(folder), $".unpacking-{Guid.NewGuid():N}");
        var target = new Target(archive, Directory.CreateDirectory(staging).FullName, limit, cancellation);
        try
        {
            try
            {
                if (EndsWith(archive, ".zip"))
                {
                    Zip(archive, target);
                }
                else if (EndsWith(archive, ".tar"))
                {
                    using var file = File.OpenRead(archive);
                    Tar(file, target);
                }
                else if (EndsWith(archive, ".tar.gz") || EndsWith(archive, ".tgz"))
                {
                    using var file = File.OpenRead(archive);
                    using var gzip = new GZipStream(file, CompressionMode.Decompress);
                    Tar(gzip, target);
                }
                else
                {
                    throw new DatasetException($"{archive} is no archive this kit unpacks; it takes .zip, .tar, .tar.gz and .tgz.");
                }
            }
            catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException or FormatException or ArgumentException
                or NotSupportedException or OverflowException or InvalidOperationException)
            {
                throw new DatasetException($"{archive} is damaged: {damage.Message}", damage);
            }

            Move(staging, Path.GetFullPath(folder));
        }
        finally
        {
            Directory.Delete(staging, recursive: true);
        }
    }

    private static bool EndsWith(string path, string ending) => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

    private static void Zip(string archive, Target target)
    {
        using var zip = ZipFile.OpenRead(archive);
        foreach (var entry in zip.Entries)
        {
            if (((entry.ExternalAttributes >> 16) & UnixKind) == UnixLink)
            {
                throw target.Refuse(entry.FullName, "is a link");
            }

            if (entry.FullName.EndsWith('/'))
            {
                target.Folder(entry.FullName);
                continue;
            }

            using var content = entry.Open();
            target.File(entry.FullName, content);
        }
    }

    private static void Tar(Stream stream, Target target)
    {
        using var tar = new TarReader(stream);
        while (tar.GetNextEntry() is { } entry)
        {
            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    target.Folder(entry.Name);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                    target.File(entry.Name, entry.DataStream ?? Stream.Null);
                    break;
                case TarEntryType.GlobalExtendedAttributes or TarEntryType.ExtendedAttributes:
                    break;
                default:
                    throw target.Refuse(entry.Name, $"is of kind {entry.EntryType}");
            }
        }
    }

    private static void Move(string from, string to)
    {
        foreach (var folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories))
        {
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        }

        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            File.Move(file, Path.Combine(to, Path.GetRelativePath(from, file)), overwrite: true);
        }
    }

    private sealed class Target(string archive, string root, long limit, CancellationToken cancellation)
    {
        private readonly byte[] buffer = new byte[1 << 16];
        private long written;
        private int entries;

        public DatasetException Refuse(string name, string reason) =>
            new(
                $"{archive} is not unpacked: its entry '{(name.Length > 100 ? name[..100] + "..." : name)}' {reason}; only files and "
                + "folders below the archive's own are.");

        public void Folder(string name)
        {
            if (name.TrimEnd('/') is not ("." or ""))
            {
                Directory.CreateDirectory(Inside(name));
            }
        }

        public void File(string name, Stream content)
        {
            var path = Inside(name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (Directory.Exists(path) || System.IO.File.Exists(path))
            {
                throw Refuse(name, "comes twice");
            }

            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            for (int read; (read = content.Read(buffer)) > 0;)
            {
                cancellation.ThrowIfCancellationRequested();
                written += read;
                if (written > limit)
                {
                    throw new DatasetException(
                        $"{archive} is not unpacked: it holds more than the {limit} bytes allowed for it (mostBytes).");
                }

                file.Write(buffer, 0, read);
            }
        }

        /// <summary>The path an entry gets; a name is refused for any part that a file system might read as more than a name.</summary>
        private string Inside(string name)
        {
            cancellation.ThrowIfCancellationRequested();
            if (++entries > MostEntries)
            {
                throw new DatasetException($"{archive} is not unpacked: it has more than {MostEntries} entries.");
            }

            if (name.Length is 0 or > LongestName || name.StartsWith('/') || name.AsSpan().IndexOfAny("\\:\0") >= 0)
            {
                throw Refuse(name, "has a name that leads elsewhere");
            }

            var parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".").ToArray();
            if (parts.Length == 0 || parts.Contains(".."))
            {
                throw Refuse(name, "has a name that leads elsewhere");
            }

            // a file that came before must not be taken for a folder
            var path = root;
            foreach (var part in parts)
            {
                if (System.IO.File.Exists(path))
                {
                    throw Refuse(name, "lies below a file");
                }

                path = Path.Combine(path, part);
            }

            return path;
        }
    }
}
