namespace SnnNotebooks.Host.Serving;

/// <summary>What <see cref="NotebookServer"/> serves.</summary>
/// <param name="NotebookPath">The notebook; its folder must exist, the file need not.</param>
/// <param name="Parameters">Environment variables of the process; they override <c>#!set</c> in cells marked <c>parameters</c>.</param>
public sealed record ServeRequest(string NotebookPath, IReadOnlyDictionary<string, string> Parameters)
{
    /// <summary>The pipe's name; null for one that nobody has.</summary>
    public string? PipeName { get; init; }

    /// <summary>How long a client may take to connect.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);
}
