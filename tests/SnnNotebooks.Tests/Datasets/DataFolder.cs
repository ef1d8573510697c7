using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets;

/// <summary>An empty folder that <c>$SNN_DATA</c> names while it lives. The variable is the process's: its tests share a collection, so they do not overlap.</summary>
internal sealed class DataFolder : IDisposable
{
    public const string Collection = "tests that set SNN_DATA or depend on it";
    public const string Variable = "SNN_DATA";

    private readonly TemporaryFolder folder = new();
    private readonly string? former = Environment.GetEnvironmentVariable(Variable);

    public DataFolder() => Environment.SetEnvironmentVariable(Variable, folder.Path);

    public string Path => folder.Path;

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(Variable, former);
        folder.Dispose();
    }
}
