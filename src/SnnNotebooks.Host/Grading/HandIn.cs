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

    /// <summary>Texts of the cells that are exercises, by name; of cells with the same name the last.</summary>
    internal IReadOnlyDictionary<string, string> Cells { get; private init; } = new Dictionary<string, string>();

    /// <summary>What is odd about it, a sentence each.</summary>
    internal IReadOnlyList<string> Remarks { get; private init; } = [];

    /// <summary>All hand-ins of a folder: notebooks in it, and in the folders of students in it, to any depth.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="NotebookException">It cannot be read.</exception>
    public static IReadOnlyList<HandIn> In(string folder)
    {
        try
        {
            folder = RealPath.Of(folder);
            return [.. Files(new DirectoryInfo(folder)).OrderBy(file => file.FullName, StringComparer.Ordinal)
                .Select(file => Read(folder, Path.GetRelativePath(folder, file.FullName)))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException($"The hand-ins in {Printable.Name(folder)} cannot be read: {Printable.Name(e.Message)}", e);
        }
    }

    // a link could lead to another student's work, or to the teacher's: it is listed, not followed
    private static IEnumerable<FileSystemInfo> Files(DirectoryInfo folder)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().Where(entry => !entry.Name.StartsWith('.')))
        {
            if (entry is DirectoryInfo inner && entry.LinkTarget is null)
            {
                foreach (var file in Files(inner))
                {
                    yield return file;
                }
            }
            else if (entry.LinkTarget is not null || NotebookFile.IsNotebook(entry.Name))
            {
                yield return entry;
            }
        }
    }

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
