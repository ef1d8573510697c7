using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets;

/// <summary>An empty folder that <c>$SNN_DATA</c> names while it lives.</summary>
internal sealed class DataFolder : IDisposable
{
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
