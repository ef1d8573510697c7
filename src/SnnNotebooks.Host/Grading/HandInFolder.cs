using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Grading;

/// <summary>Finds the hand-ins of a folder.</summary>
internal static class HandInFolder
{
    private const int LargestFile = 64 << 20;
    private const int Named = 3; // files of a folder without notebooks

    /// <inheritdoc cref="HandIn.In"/>
    public static IReadOnlyList<HandIn> Read(string folder)
    {
        try
        {
            folder = RealPath.Of(folder);
            return [.. Seen(new DirectoryInfo(folder)).GroupBy(entry => Submitter.Of(entry.Name)?.Student ?? entry.Name)
                .SelectMany(entries => OfStudent(folder, [.. entries])).OrderBy(handIn => handIn.File, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"The hand-ins in {Printable.Name(folder)} cannot be read: {Printable.Name(e.Message)}", e);
        }
    }

    // Moodle has a folder for each kind of thing that one student handed in, Canvas a file for each
    private static IEnumerable<HandIn> OfStudent(string folder, FileSystemInfo[] entries)
    {
        FileSystemInfo[] files = [.. entries.SelectMany(entry => IsFolder(entry) ? Files((DirectoryInfo)entry) : [entry])];
        FileSystemInfo[] read = [.. files.Where(file =>
            file is DirectoryInfo || file.LinkTarget is not null || NotebookFile.IsNotebook(file.Name) || HandInArchive.IsOne(file.Name))];
        var submitter = Submitter.Of(entries[0].Name);
        var found = read.Length > 0
            ? read.SelectMany(file => Read(folder, Path.GetRelativePath(folder, file.FullName), submitter))
            : [Nothing(submitter?.Student ?? entries[0].Name, entries[0], files)];
        return found.Select(handIn => handIn with { Submitter = submitter });
    }

    private static HandIn Nothing(string student, FileSystemInfo entry, FileSystemInfo[] files) => new(student, entry.Name,
        entry is FileInfo ? "It is no notebook by its name. Expected .dib or .ipynb."
        : files.Length == 0 ? "It is empty: no notebook was handed in."
        : $"There is no notebook (.dib or .ipynb) in it, but {string.Join(", ", files.Take(Named).Select(file => file.Name))}"
            + $"{(files.Length > Named ? ", ..." : "")}.");

    private static bool IsFolder(FileSystemInfo entry) => entry is DirectoryInfo && entry.LinkTarget is null;

    // a link could lead to another student's work, or to the teacher's: it is listed, not followed; so is a folder that must not be read
    private static IEnumerable<FileSystemInfo> Files(DirectoryInfo folder)
    {
        FileSystemInfo[] entries;
        try
        {
            entries = Seen(folder);
        }
        catch (UnauthorizedAccessException)
        {
            return [folder];
        }

        return entries.SelectMany(entry => IsFolder(entry) ? Files((DirectoryInfo)entry) : [entry]);
    }

    private static FileSystemInfo[] Seen(DirectoryInfo folder) =>
        [.. folder.EnumerateFileSystemInfos().Where(entry => !entry.Name.StartsWith('.'))];

    private static IEnumerable<HandIn> Read(string folder, string file, Submitter? submitter)
    {
        var first = file.Split(Path.DirectorySeparatorChar)[0];
        var student = submitter?.Student ?? (first == file ? Path.GetFileNameWithoutExtension(file) : first);
        var path = Path.Combine(folder, file);
        if (new FileInfo(path).LinkTarget is not null)
        {
            return [new(student, file, "It is a symbolic link, which is not followed. Ask for the file itself.")];
        }

        try
        {
            return RegularFile.ReadUnlinked(path, LargestFile) is not { } bytes
                ? [new(student, file, $"It is larger than {LargestFile >> 20} MB. Ask for it without its outputs.")]
                : HandInArchive.IsOne(file) ? HandInArchive.Read(student, file, bytes, LargestFile)
                : [HandIn.Parse(student, file, bytes)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new(student, file, $"It cannot be read: {e.Message}")];
        }
    }
}
