namespace SnnNotebooks.TestSupport;

/// <summary>Where this checkout and its neighbours are.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>SnnNotebooks.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The full path of a file under <c>../shared</c> (or <c>SNN_SHARED</c>), or null where it is absent.</summary>
    public static string? SharedPath(string relativePath)
    {
        var shared = Environment.GetEnvironmentVariable("SNN_SHARED") ?? Path.Combine(Root, "..", "shared");
        var path = Path.GetFullPath(Path.Combine(shared, relativePath));
        return File.Exists(path) || Directory.Exists(path) ? path : null;
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SnnNotebooks.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException(
            $"SnnNotebooks.sln was not found above {AppContext.BaseDirectory}; run the tests from a checkout.");
    }
}
