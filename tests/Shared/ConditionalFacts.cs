namespace SnnNotebooks.TestSupport;

/// <summary>A test that needs a program from a Debian package; skipped, naming it, where it is absent (`.ci/run` fails on such a skip).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsToolFactAttribute : FactAttribute
{
    public NeedsToolFactAttribute(string path, string package)
    {
        if (!File.Exists(path))
        {
            Skip = $"needs Debian package {package} ({path} not found)";
        }
    }
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
        else if (tool is not null && !File.Exists(tool))
        {
            Skip = $"needs Debian package {package} ({tool} not found)";
        }
    }
}
