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

/// <summary>A test on files of <c>../shared</c>; skipped where that folder is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute(string relativePath)
    {
        if (Repository.SharedPath(relativePath) is null)
        {
            Skip = $"needs ../shared/{relativePath}";
        }
    }
}
