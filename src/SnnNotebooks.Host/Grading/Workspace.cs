using System.Globalization;
using SnnNotebooks.Host.Courses;
using SnnNotebooks.Host.Documents;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// The files that a hand-in's process sees, in a temporary folder: what the lesson imports, but for the definitions of the exercises, and
/// the lesson's data. Neither the lesson itself nor any hand-in is among them.
/// </summary>
internal sealed class Workspace : IDisposable
{
    /// <summary>Who may do what with a pipe to a process of another user, in a folder that no other user may enter.</summary>
    public const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("snn-grade-");
    private int processes;

    /// <summary>Copies the files of a lesson.</summary>
    /// <exception cref="NotebookException">A file cannot be read.</exception>
    public Workspace(CourseLesson lesson)
    {
        var files = new CourseFiles([lesson], withDefinitions: false);
        NotebookPath = Path.Combine(root.FullName, files.FromTop(lesson.Path));
        Directory.CreateDirectory(Path.GetDirectoryName(NotebookPath)!);
        files.CopyTo(root.FullName);
    }

    /// <summary>The folder.</summary>
    public string Root => root.FullName;

    /// <summary>Where the lesson would be; there is no such file.</summary>
    public string NotebookPath { get; }

    /// <summary>An empty folder, over which a sandbox may mount what a hand-in is to see.</summary>
    public string NewRoot => root.CreateSubdirectory(".root").FullName;

    /// <summary>Files below <see cref="Root"/>, full paths.</summary>
    public IEnumerable<string> Entries => Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories);

    /// <summary>Environment variables of the process: parameters of the lesson.</summary>
    public Dictionary<string, string> Variables { get; } = new()
    {
        ["Scale"] = "quick",
        ["DOTNET_EnableDiagnostics"] = "0",
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["LANG"] = "C.UTF-8",
        ["OMP_NUM_THREADS"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>A new name for the pipe to a process.</summary>
    public string NewPipe() => OperatingSystem.IsWindows()
        ? $"snn-{Guid.NewGuid():N}"
        : Path.Combine(Root, string.Create(CultureInfo.InvariantCulture, $"pipe{++processes}"));

    public void Dispose()
    {
        try
        {
            root.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // left in the system's temporary folder, which clears itself
        }
    }
}
