using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Execution;

namespace SnnNotebooks.Host.Courses;

/// <summary>
/// What lessons need beside themselves: the files they import, and what those import, the texts beside them to which they link, and
/// everything in the folder <c>data</c> beside them. Symbolic links are not followed.
/// </summary>
internal sealed class CourseFiles
{
    private const string DataFolder = "data";

    private readonly SortedSet<string> paths = new(StringComparer.Ordinal);
    private readonly bool withDefinitions;
    private readonly string top;

    /// <summary>The files of lessons.</summary>
    /// <param name="lessons">Lessons of one folder, at least one.</param>
    /// <param name="withDefinitions">Whether the definitions of their exercises are among them.</param>
    /// <exception cref="NotebookException">An imported file cannot be read.</exception>
    public CourseFiles(IReadOnlyList<CourseLesson> lessons, bool withDefinitions)
    {
        this.withDefinitions = withDefinitions;
        foreach (var lesson in lessons)
        {
            Add(lesson.Notebook, lesson.Path);
        }

        paths.UnionWith(LinkedText.Of(lessons).Select(text => text.Path));

        top = Path.GetDirectoryName(lessons[0].Path)!;
        var data = new DirectoryInfo(Path.Combine(top, DataFolder));
        if (data.Exists && data.LinkTarget is null)
        {
            paths.UnionWith(data.EnumerateFiles("*", new EnumerationOptions
            {
                RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.Hidden,
            }).Select(file => file.FullName));
        }

        while (paths.Any(path => Path.GetRelativePath(top, path).StartsWith("..", StringComparison.Ordinal)))
        {
            top = Path.GetDirectoryName(top)!;
        }
    }

    /// <summary>A path relative to the lowest folder that holds the lessons and all of their files.</summary>
    /// <param name="path">Full path of a lesson or a file.</param>
    public string FromTop(string path) => Path.GetRelativePath(top, path);

    /// <summary>Copies the files, as they lie to each other.</summary>
    /// <param name="target">A folder; what is there is replaced.</param>
    /// <exception cref="NotebookException">A file cannot be read or written.</exception>
    public void CopyTo(string target)
    {
        foreach (var path in paths)
        {
            var copy = Path.Combine(target, FromTop(path));
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(path, copy, overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new NotebookException($"{Printable.Name(path)} cannot be copied: {Printable.Name(e.Message)}", e);
            }
        }
    }

    private void Add(Notebook notebook, string owner)
    {
        foreach (var line in notebook.Cells.Where(cell => cell.Kernel == KernelNames.CSharp).SelectMany(cell => cell.Source.Split('\n')))
        {
            if (line.StartsWith(Directive.Import, StringComparison.Ordinal) && (withDefinitions || !CourseLesson.ImportsDefinitions(line)))
            {
                var path = Path.GetFullPath(line[Directive.Import.Length..].Trim().Trim('"', '\''), Path.GetDirectoryName(owner)!);
                if (paths.Add(path))
                {
                    Add(ImportedFile.Read(path), path);
                }
            }
        }
    }
}
