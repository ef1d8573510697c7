namespace SnnNotebooks.Cli.Sweeps;

/// <summary>What a task writes to the console, in a file; further attempts are added to it.</summary>
/// <param name="path">The file.</param>
internal sealed class TaskLog(string path) : IDisposable
{
    private const int Most = 500;
    private readonly StreamWriter file = new(path, append: true) { AutoFlush = true };
    private readonly Lock writing = new();
    private (string? Error, string? Output) last;

    /// <summary>The last line that says something, of the errors if there are any.</summary>
    public string? Last
    {
        get
        {
            var text = last.Error ?? last.Output;
            return text?.Length > Most ? text[..Most] + "..." : text;
        }
    }

    /// <summary>Adds a line; null, the end of a stream, is nothing.</summary>
    public void Add(string? line, bool isError)
    {
        if (line is null)
        {
            return;
        }

        lock (writing)
        {
            file.WriteLine(line);
            if (line.Trim().Length > 0)
            {
                last = isError ? (line, last.Output) : (last.Error, line);
            }
        }
    }

    public void Dispose() => file.Dispose();
}
