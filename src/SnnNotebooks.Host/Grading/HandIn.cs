using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Grading;

/// <summary>A notebook that a student handed in: read, not run.</summary>
/// <param name="Student">
/// Who a download of Moodle or Canvas says it is, else the folder it lies in, or its own name where it lies in none.
/// </param>
/// <param name="File">Its path, relative to the folder of all hand-ins; in an archive, the archive's path and the name in it.</param>
/// <param name="Refusal">Why it cannot be graded; null where it can.</param>
public sealed record HandIn(string Student, string File, string? Refusal)
{
    private const int LongestName = 100;

    /// <summary><see cref="File"/> for a sentence: the folders between the first and the last may be many.</summary>
    internal string ShortFile => File.Length <= LongestName ? File : $"{Student}/.../{Path.GetFileName(File)}";

    /// <summary>Who a download of Moodle or Canvas says it is; null where it is no such download.</summary>
    internal Submitter? Submitter { get; init; }

    /// <summary>Texts of the cells that are exercises, by name; of cells with the same name the last.</summary>
    internal IReadOnlyDictionary<string, string> Cells { get; private init; } = new Dictionary<string, string>();

    /// <summary>What is odd about it, a sentence each.</summary>
    internal IReadOnlyList<string> Remarks { get; private init; } = [];

    /// <summary>
    /// All hand-ins of a folder: notebooks in it, and in the folders of students in it, to any depth, and in zip archives. A student of
    /// whom there is no notebook is among them, refused.
    /// </summary>
    /// <param name="folder">The folder; names that begin with a dot are left out.</param>
    /// <exception cref="NotebookException">It cannot be read.</exception>
    public static IReadOnlyList<HandIn> In(string folder) => HandInFolder.Read(folder);

    /// <summary>Reads what stands in a notebook; one that is broken is refused.</summary>
    internal static HandIn Parse(string student, string file, byte[] bytes)
    {
        try
        {
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
    }
}
