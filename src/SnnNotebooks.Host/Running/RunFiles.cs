using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Exporting;

namespace SnnNotebooks.Host.Running;

/// <summary>The files a run leaves.</summary>
internal sealed class RunFiles
{
    private readonly (string Path, Func<RunReport, string> Write)[] files;

    /// <summary>The files of a request; nothing is written yet.</summary>
    public RunFiles(RunRequest request)
    {
        var output = Path.Combine(request.OutputFolder, Path.GetFileNameWithoutExtension(request.NotebookPath));
        (Ipynb, Html) = (output + ".ipynb", output + ".html");
        files = [(Ipynb, RunExport.Ipynb), (Html, RunExport.Html),
            .. request.WithMarkdown ? [(output + ".md", MarkdownExporter.Write)] : Array.Empty<(string, Func<RunReport, string>)>()];
        foreach (var (path, _) in files)
        {
            if (IsSame(path, request.NotebookPath))
            {
                throw new NotebookException(
                    $"The results would overwrite {Printable.Name(request.NotebookPath)} itself. Name another folder with --out.");
            }
        }
    }

    private static bool IsSame(string path, string notebook)
    {
        try
        {
            return RealPath.AreSame(path, notebook);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NotebookException(
                $"{Printable.Name(path)} cannot be written: {Printable.Name(e.Message)} Name another folder with --out.", e);
        }
    }

    /// <summary>The executed notebook.</summary>
    public string Ipynb { get; }

    /// <summary>The page.</summary>
    public string Html { get; }

    /// <summary>Finds out whether they can be written.</summary>
    /// <exception cref="NotebookException">One cannot.</exception>
    public void Prepare()
    {
        foreach (var (path, _) in files)
        {
            ExportFile.Prepare(path);
        }
    }

    /// <summary>Writes them.</summary>
    /// <returns>What could not be written, and why; null where all was.</returns>
    public string? Write(RunReport report)
    {
        var failures = new List<string>();
        foreach (var (path, write) in files)
        {
            try
            {
                ExportFile.Write(path, write(report));
            }
            catch (NotebookException e)
            {
                failures.Add(e.Message);
            }
        }

        return failures.Count == 0 ? null : string.Join('\n', failures);
    }
}
