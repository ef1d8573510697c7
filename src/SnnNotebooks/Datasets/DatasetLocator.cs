namespace SnnNotebooks.Datasets;

/// <summary>Finds the files of a data set on this machine. It never downloads anything: <see cref="DatasetDownloader"/> does, when asked.</summary>
public static class DatasetLocator
{
    /// <summary>The folder of downloaded data: <c>$SNN_DATA</c>, else <c>data</c> in <see cref="CacheFolder.Root"/>.</summary>
    public static string DownloadRoot
    {
        get
        {
            var chosen = Environment.GetEnvironmentVariable("SNN_DATA");
            return string.IsNullOrEmpty(chosen) ? Path.Combine(CacheFolder.Root, "data") : Path.GetFullPath(chosen);
        }
    }

    /// <summary>The first folder that holds all files of the data set, or null where none does.</summary>
    /// <param name="entry">The data set.</param>
    public static string? Find(DatasetEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Candidates(entry).FirstOrDefault(folder => entry.Files.All(file => File.Exists(Path.Combine(folder, file.Name))));
    }

    /// <summary>The verified content of one file of the data set.</summary>
    /// <param name="entry">The data set.</param>
    /// <param name="fileName">One of its files.</param>
    /// <exception cref="DatasetException">The data set is not on this machine, or the file is damaged; the message says how to get it.</exception>
    public static byte[] Read(DatasetEntry entry, string fileName)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var file = entry.Files.FirstOrDefault(file => file.Name == fileName)
            ?? throw new DatasetException($"The data set {entry.Id} has no file '{fileName}'; it has {string.Join(", ", entry.Files.Select(file => file.Name))}.");
        var folder = Find(entry) ?? throw new DatasetException($"The data set {entry.Id} is not on this machine. {HowToGet(entry)}");
        return VerifiedFile.Unpack(Path.Combine(folder, fileName), file, $"Remove it and get it again. {HowToGet(entry)}");
    }

    /// <summary>How to bring the data set to this machine, as a sentence.</summary>
    /// <param name="entry">The data set.</param>
    public static string HowToGet(DatasetEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var ways = new List<string>();
        foreach (var source in entry.Sources)
        {
            switch (source.Kind)
            {
                case DatasetSourceKind.Url:
                    ways.Add($"`snn data get {entry.Id}` downloads it");
                    break;
                case DatasetSourceKind.Folder when source.Install is not null:
                    ways.Add($"`{source.Install}` installs it in {source.At}");
                    break;
                case DatasetSourceKind.Folder:
                    ways.Add($"put its files into {source.At}");
                    break;
                default:
                    ways.Add($"it ships with the kit in data/{source.At}: restore that folder from the repository");
                    break;
            }
        }

        return $"To get it: {string.Join("; or ", ways)}.";
    }

    private static IEnumerable<string> Candidates(DatasetEntry entry)
    {
        yield return Path.Combine(DownloadRoot, entry.Id);
        foreach (var source in entry.Sources)
        {
            if (source.Kind == DatasetSourceKind.Folder)
            {
                yield return source.At;
            }
            else if (source.Kind == DatasetSourceKind.Embedded)
            {
                foreach (var root in KitFolders())
                {
                    yield return Path.Combine(root, "data", source.At);
                }
            }
        }
    }

    // beside a built assembly, two folders above it in a NuGet package, or at the top of a checkout one works in
    private static IEnumerable<string> KitFolders()
    {
        yield return AppContext.BaseDirectory;
        if (Path.GetDirectoryName(typeof(DatasetLocator).Assembly.Location) is { Length: > 0 } folder)
        {
            yield return folder;
            yield return Path.GetFullPath(Path.Combine(folder, "..", ".."));
        }

        for (var parent = new DirectoryInfo(Environment.CurrentDirectory); parent is not null; parent = parent.Parent)
        {
            yield return parent.FullName;
        }
    }
}
