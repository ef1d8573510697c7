namespace SnnNotebooks.TestSupport;

/// <summary>
/// A test that needs a program from a Debian package; skipped, naming it, where it is absent (`.ci/run` fails on such a skip).
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsToolFactAttribute : FactAttribute
{
    public NeedsToolFactAttribute(string path, string package) => Skip = Tool.Missing(path, package);
}

/// <summary>A <see cref="NeedsToolFactAttribute"/> with several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsToolTheoryAttribute : TheoryAttribute
{
    public NeedsToolTheoryAttribute(string path, string package) => Skip = Tool.Missing(path, package);
}

/// <summary>A test on files of <c>../shared</c>, perhaps with a program from a Debian package; skipped where either is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string relativePath, string? tool = null, string? package = null)
    {
        if (Repository.SharedPath(relativePath) is null)
        {
            Skip = $"needs ../shared/{relativePath}";
        }
        else if (tool is not null)
        {
            Skip = Tool.Missing(tool, package);
        }
    }
}

file static class Tool
{
    public static string? Missing(string path, string? package) =>
        File.Exists(path) ? null : $"needs Debian package {package} ({path} not found)";
}
