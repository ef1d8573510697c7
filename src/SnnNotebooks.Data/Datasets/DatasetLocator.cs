namespace SnnNotebooks.Datasets;

/// <summary>
/// Finds the files of a data set on this machine. It never downloads anything: <see cref="DatasetDownloader"/> does, when asked.
/// </summary>
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
    /// <returns>The folder's path, or null.</returns>
    public static string? Find(DatasetEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Candidates(entry).FirstOrDefault(folder => IsComplete(entry, folder));
    }

    /// <summary>The folder of the data set, for its loader.</summary>
    /// <param name="entry">The data set.</param>
    /// <returns>The folder's path.</returns>
    /// <exception cref="DatasetException">It is not on this machine; the message says how to get it.</exception>
    public static string Folder(DatasetEntry entry) =>
        Find(entry) ?? throw new DatasetException($"The data set {entry.Id} is not on this machine{Lacking(entry)}. {HowToGet(entry)}");

    /// <summary>Where the data set goes when it is downloaded, or put by hand.</summary>
    /// <param name="entry">The data set.</param>
    /// <returns>The folder's path; it need not be there.</returns>
    public static string Place(DatasetEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Path.Combine(DownloadRoot, entry.Id);
    }

    /// <summary>The verified content of one file of the data set.</summary>
    /// <param name="entry">The data set.</param>
    /// <param name="fileName">One of its files.</param>
    /// <returns>All bytes of the file, unpacked.</returns>
    /// <exception cref="DatasetException">The data set is not on this machine, or the file is damaged; the message says how to get
    /// it.</exception>
    public static byte[] Read(DatasetEntry entry, string fileName)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var file = entry.Files.FirstOrDefault(file => file.Name == fileName)
            ?? throw new DatasetException(
                $"The data set {entry.Id} has no file '{fileName}'; it has {string.Join(", ", entry.Files.Select(file => file.Name))}.");
        var folder = Folder(entry);
        return VerifiedFile.Unpack(Path.Combine(folder, fileName), file, $"Remove it and get it again. {HowToGet(entry)}");
    }

    /// <summary>How to bring the data set to this machine, as a sentence.</summary>
    /// <param name="entry">The data set.</param>
    /// <returns>A sentence for users.</returns>
    public static string HowToGet(DatasetEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        var ways = new List<string>();
        if (entry.Archives is { Count: > 0 } archives && archives.All(archive => archive.Url is not null)
            && entry.Sources.All(source => source.Kind != DatasetSourceKind.Manual))
        {
            ways.Add($"`snn data get {entry.Id}` downloads and unpacks it");
        }

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
                case DatasetSourceKind.Manual:
                    ways.Add($"go to {source.At}; {source.Install ?? "put what you get there"} (into {Place(entry)})");
                    break;
                case DatasetSourceKind.Generated:
                    ways.Add($"the kit makes it when asked: {source.At}");
                    break;
                default:
                    ways.Add($"it ships with the kit in data/{source.At}: restore that folder from the repository");
                    break;
            }
        }

        return $"To get it: {string.Join("; or ", ways)}.";
    }

    /// <summary>What is missing where a part of a data set is here.</summary>
    private static string Lacking(DatasetEntry entry)
    {
        var names = entry.Files.Select(file => file.Name).Concat((entry.Contents ?? []).Select(content => content.Path)).ToArray();
        var (folder, missing) = Candidates(entry)
            .Select(place => (place, names.Where(name => !Path.Exists(Path.Combine(place, name))).ToArray()))
            .Where(found => found.Item2.Length < names.Length).OrderBy(found => found.Item2.Length).FirstOrDefault();
        return folder is null
            ? string.Empty
            : $": {folder} lacks {string.Join(", ", missing.Take(12))}{(missing.Length > 12 ? ", ..." : "")}";
    }

    private static bool IsComplete(DatasetEntry entry, string folder) =>
        entry.Files.Count + (entry.Contents?.Count ?? 0) > 0
        && entry.Files.All(file => File.Exists(Path.Combine(folder, file.Name)))
        && (entry.Contents ?? []).All(content => Path.Exists(Path.Combine(folder, content.Path)));

    private static IEnumerable<string> Candidates(DatasetEntry entry)
    {
        yield return Place(entry);
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

        yield return DownloadRoot; // a folder that is the data set's own
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
