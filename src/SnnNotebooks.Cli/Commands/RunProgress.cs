using System.Globalization;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Cli.Commands;

/// <summary>Says in the terminal how far a notebook is: a line for each code cell, its console output, and live displays in place.</summary>
/// <param name="notebook">What to call the notebook.</param>
/// <param name="withOutput">Whether console output and displays are shown; those of notebooks that run side by side would mix.</param>
internal sealed class RunProgress(string notebook, bool withOutput) : IProgress<RunEvent>
{
    private static readonly bool Terminal = !Console.IsOutputRedirected;
    private static readonly Lock Gate = new();
    private bool openLine;

    public void Report(RunEvent value)
    {
        lock (Gate)
        {
            switch (value)
            {
                case CellStarted started when started.Source.Kernel == KernelNames.CSharp:
                    var source = started.Source.Source.Split('\n').FirstOrDefault(line => line.Trim().Length > 0)?.Trim() ?? string.Empty;
                    WriteLine($"{notebook} [{started.Cell}/{started.Count}] {(source.Length > 70 ? source[..70] + "..." : source)}");
                    break;
                case CellFinished { Failure: not null } finished:
                    WriteLine(string.Create(CultureInfo.InvariantCulture, $"{notebook} [{finished.Cell}] failed after {finished.Elapsed.TotalSeconds:0.0} s"));
                    break;
                case OutputText output when withOutput:
                    CloseLine();
                    Console.Write(output.Text);
                    openLine = !output.Text.EndsWith('\n');
                    break;
                case DisplayUpdated updated when withOutput && Terminal:
                    // a live display: its plain text, over its former self
                    Console.Write($"\r\u001b[K{FirstLine(updated.Output)}");
                    openLine = true;
                    break;
            }
        }
    }

    /// <summary>Says how the run ended and what it left.</summary>
    public void Finish(RunReport report)
    {
        lock (Gate)
        {
            WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.NotebookPath}: {(report.Succeeded ? "succeeded" : "FAILED")}, {report.Cells.Count(cell => cell.Status == CellStatus.Succeeded)} of {report.Cells.Count} cells, {report.Elapsed.TotalSeconds:0.0} s"));
            foreach (var written in new[] { report.IpynbPath, report.HtmlPath }.Where(File.Exists))
            {
                Console.WriteLine($"  {written}");
            }

            if (!report.Succeeded)
            {
                Console.Error.WriteLine(report.Failure);
            }
        }
    }

    private static string FirstLine(DisplayOutput output)
    {
        var text = output.Data.TryGetValue("text/plain", out var plain) ? plain : string.Empty;
        var line = text.Split('\n')[0];
        var width = Math.Max(20, Console.BufferWidth - 1);
        return line.Length > width ? line[..width] : line;
    }

    private void WriteLine(string text)
    {
        CloseLine();
        Console.WriteLine(text);
    }

    private void CloseLine()
    {
        if (openLine)
        {
            Console.WriteLine();
            openLine = false;
        }
    }
}
