using System.Globalization;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Cli.Commands;

/// <summary>
/// Says in the terminal how far a notebook is: a line for each code cell, its console output, and live displays in place.
/// </summary>
/// <param name="notebook">What to call the notebook.</param>
/// <param name="withOutput">Whether console output and displays are shown; those of notebooks that run side by side would mix.</param>
internal sealed class RunProgress(string notebook, bool withOutput) : IProgress<RunEvent>
{
    private static readonly bool Terminal = !Console.IsOutputRedirected;
    private static readonly Lock Gate = new();
    private readonly string name = Printable.Name(notebook);
    private bool openLine;
    private bool liveLine;
    private bool styled;

    public void Report(RunEvent value)
    {
        lock (Gate)
        {
            switch (value)
            {
                case CellStarted started when started.Source.Kernel == KernelNames.CSharp:
                    var source = started.Source.Source.Split('\n').FirstOrDefault(line => line.Trim().Length > 0)?.Trim() ?? string.Empty;
                    WriteLine(
                        $"{name} [{started.Cell}/{started.Count}] {Printable.Name(source.Length > 70 ? source[..70] + "..." : source)}");
                    break;
                case CellFinished { Failure: not null } finished:
                    WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"{name} [{finished.Cell}] failed after {finished.Elapsed.TotalSeconds:0.0} s"));
                    break;
                case OutputText output when withOutput:
                    // what a cell writes in parts is one line; only a live display does not belong to it
                    if (liveLine)
                    {
                        CloseLine();
                    }

                    Write(output.Text);
                    openLine = !output.Text.EndsWith('\n');
                    styled |= output.Text.Contains('\e', StringComparison.Ordinal);
                    break;
                case DisplayUpdated updated when withOutput && Terminal:
                    // a live display: its plain text, over its former self
                    if (!liveLine)
                    {
                        CloseLine();
                    }

                    Write($"\r\u001b[K{Printable.Name(FirstLine(updated.Output))}");
                    openLine = liveLine = true;
                    break;
            }
        }
    }

    /// <summary>Says how the run ended and what it left.</summary>
    public void Finish(RunReport report)
    {
        lock (Gate)
        {
            WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"{Printable.Name(report.NotebookPath)}: {(report.Succeeded ? "succeeded" : "FAILED")}, "
                    + $"{report.Cells.Count(cell => cell.Status == CellStatus.Succeeded)} of {report.Cells.Count} cells, "
                    + $"{report.Elapsed.TotalSeconds:0.0} s"));
            foreach (var written in new[] { report.IpynbPath, report.HtmlPath }.Where(File.Exists))
            {
                WriteLine($"  {Printable.Name(written)}");
            }

            if (!report.Succeeded)
            {
                Console.Error.WriteLine(Printable.Lines(report.Failure ?? string.Empty));
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
        Write(text + "\n");
    }

    private void CloseLine()
    {
        if (openLine)
        {
            Write("\n");
        }

        if (styled && Terminal)
        {
            Write("\u001b[0m");
        }

        openLine = liveLine = styled = false;
    }

    // a terminal that was closed must not end the run
    private static void Write(string text)
    {
        try
        {
            Console.Write(text);
        }
        catch (IOException)
        {
        }
    }
}
