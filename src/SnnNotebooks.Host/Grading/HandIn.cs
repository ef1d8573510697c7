using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Grading;

/// <summary>A notebook that a student handed in: read, not run.</summary>
/// <param name="Student">The folder it lies in, or its own name where it lies in none.</param>
/// <param name="File">Its path, relative to the folder of all hand-ins.</param>
/// <param name="Refusal">Why it cannot be graded; null where it can.</param>
public sealed record HandIn(string Student, string File, string? Refusal)
{
    private const int LargestFile = 64 << 20;
    private const int LongestName = 100;
    private const int Named = 3; // files of a folder without notebooks

    /// <summary><see cref="File"/> for a sentence: the folders between the first and the last may be many.</summary>
    internal string ShortFile => File.Length <= LongestName ? File : $"{Student}/.../{Path.GetFileName(File)}";

    /// <summary>Texts of the cells that are exercises, by name; of cells with the same name the last.</summary>
    internal IReadOnlyDictionary<string, string> Cells { get; private init; } = new Dictionary<string, string>();

    /// <summary>What is odd about it, a sentence each.</summary>
    internal IReadOnlyList<string> Remarks { get; private init; } = [];

    /// <summary>
    /// All hand-ins of a folder: notebooks in it, and in the folders of students in it, to any depth. A student of whom there is no
    /// notebook is among them, refused.
    /// </summary>
    /// <param name="folder">The folder; names that begin with a dot are left out.</param>
    /// <exception cref="NotebookException">It cannot be read.</exception>
    public static IReadOnlyList<HandIn> In(string folder)
    {
        try
        {
            folder = RealPath.Of(folder);
            return [.. Seen(new DirectoryInfo(folder)).SelectMany(entry => OfStudent(folder, entry))
                .OrderBy(handIn => handIn.File, StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"The hand-ins in {Printable.Name(folder)} cannot be read: {Printable.Name(e.Message)}", e);
        }
    }

    private static IEnumerable<HandIn> OfStudent(string folder, FileSystemInfo entry)
    {
        FileSystemInfo[] files = entry is DirectoryInfo own && entry.LinkTarget is null ? [.. Files(own)] : [entry];
        FileSystemInfo[] notebooks = [.. files.Where(file =>
            file is DirectoryInfo || file.LinkTarget is not null || NotebookFile.IsNotebook(file.Name))];
        return notebooks.Length > 0
            ? notebooks.Select(file => Read(folder, Path.GetRelativePath(folder, file.FullName)))
            : [new(entry.Name, entry.Name, entry is FileInfo ? "It is no notebook by its name. Expected .dib or .ipynb."
                : files.Length == 0 ? "It is empty: no notebook was handed in."
                : $"There is no notebook (.dib or .ipynb) in it, but {string.Join(", ", files.Take(Named).Select(file => file.Name))}"
                    + $"{(files.Length > Named ? ", ..." : "")}.")];
    }

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

        return entries.SelectMany(entry => entry is DirectoryInfo inner && entry.LinkTarget is null ? Files(inner) : [entry]);
    }

    private static FileSystemInfo[] Seen(DirectoryInfo folder) =>
        [.. folder.EnumerateFileSystemInfos().Where(entry => !entry.Name.StartsWith('.'))];

    private static HandIn Read(string folder, string file)
    {
        var first = file.Split(Path.DirectorySeparatorChar)[0];
        var student = first == file ? Path.GetFileNameWithoutExtension(file) : first;
        var path = Path.Combine(folder, file);
        if (new FileInfo(path).LinkTarget is not null)
        {
            return new(student, file, "It is a symbolic link, which is not followed. Ask for the file itself.");
        }

        try
        {
            if (RegularFile.ReadUnlinked(path, LargestFile) is not { } bytes)
            {
                return new(student, file, $"It is larger than {LargestFile >> 20} MB. Ask for it without its outputs.");
            }

            var text = DocumentText.Decode(bytes, file);
            var notebook = Path.GetExtension(file).Equals(".ipynb", StringComparison.OrdinalIgnoreCase)
                ? IpynbReader.Parse(text, file)
                : DibReader.Parse(text, file);
            var named = notebook.Cells.Select(cell => (Name: ExerciseCell.NameOf(cell), cell.Source))
                .Where(cell => cell.Name is not null).GroupBy(cell => cell.Name!).ToArray();
            return new(student, file, null)
            {
                Cells = named.ToDictionary(cells => cells.Key, cells => cells.Last().Source),
                Remarks = [.. named.Where(cells => cells.Count() > 1)
                    .Select(cells => $"{cells.Count()} cells are the exercise '{cells.Key}'; the last counts.")],
            };
        }
        catch (NotebookException e)
        {
            return new(student, file, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(student, file, $"It cannot be read: {e.Message}");
        }
    }
}
