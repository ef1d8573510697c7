namespace SnnNotebooks.Host.Running;

/// <summary>What to run.</summary>
/// <param name="NotebookPath">A <c>.dib</c> or <c>.ipynb</c> file.</param>
/// <param name="OutputFolder">Receives <c>NAME.ipynb</c> and <c>NAME.html</c>; made where it is missing.</param>
/// <param name="Parameters">Environment variables of the notebook's process.</param>
/// <param name="Timeout">The longest the whole notebook may take; null for no limit.</param>
public sealed record RunRequest(string NotebookPath, string OutputFolder, IReadOnlyDictionary<string, string> Parameters, TimeSpan? Timeout);
