namespace SnnNotebooks.Host.Running;

/// <summary>What to run.</summary>
/// <param name="NotebookPath">A <c>.dib</c> or <c>.ipynb</c> file.</param>
/// <param name="OutputFolder">Receives <c>NAME.ipynb</c> and <c>NAME.html</c>; made where it is missing.</param>
/// <param name="Parameters">Environment variables of the notebook's process; they override <c>#!set</c> in cells marked
/// <c>parameters</c>.</param>
/// <param name="Timeout">The longest the whole notebook may take; null for no limit.</param>
public sealed record RunRequest(string NotebookPath, string OutputFolder, IReadOnlyDictionary<string, string> Parameters, TimeSpan? Timeout)
{
    /// <summary>The longest one cell may take; null for no limit.</summary>
    public TimeSpan? CellTimeout { get; init; }

    /// <summary>Whether the cells after a failed one run.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>Whether <c>NAME.md</c> is written too.</summary>
    public bool WithMarkdown { get; init; }
}
