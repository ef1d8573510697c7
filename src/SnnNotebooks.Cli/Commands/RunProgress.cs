using System.Globalization;
using SnnNotebooks.Host.Documents;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Cli.Commands;

/// <summary>Says in the terminal how far a notebook is: a line for each code cell, its console output, and live displays in place.</summary>
/// <param name="notebook">What to call the notebook.</param>
internal sealed class RunProgress(string notebook) : IProgress<RunEvent>
{
    private static readonly bool Terminal = !Console.IsOutputRedirected;
    private readonly Lock gate = new();
    private bool openLine;

    public void Report(RunEvent value)
    {
        lock (gate)
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
                case OutputText output:
                    CloseLine();
                    Console.Write(output.Text);
                    openLine = !output.Text.EndsWith('\n');
                    break;
                case DisplayUpdated updated when Terminal:
                    // a live display: its plain text, over its former self
                    Console.Write($"\r\u001b[K{FirstLine(updated.Output)}");
                    openLine = true;
                    break;
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
