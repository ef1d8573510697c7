namespace SnnNotebooks.Host.Documents;

/// <summary>Where a path leads when all links on the way are followed.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;

    private static readonly StringComparison Comparison = OperatingSystem.IsLinux()
        ? StringComparison.Ordinal
        : StringComparison.OrdinalIgnoreCase;

    /// <summary>The path without links; parts that do not exist stay as they are.</summary>
    /// <exception cref="IOException">The links form a circle, or a part of the path cannot be read.</exception>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var resolved = Path.GetPathRoot(full)!;
        var parts = new Stack<string>(Parts(full[resolved.Length..]));
        for (var links = 0; parts.TryPop(out var part);)
        {
            var next = Path.GetFullPath(part, resolved);
            var target = Directory.Exists(next) ? new DirectoryInfo(next).LinkTarget : new FileInfo(next).LinkTarget;
            if (target is null)
            {
                resolved = next;
                continue;
            }

            if (++links > MostLinks)
            {
                throw new IOException($"{path} leads through more than {MostLinks} links.");
            }

            if (Path.IsPathRooted(target))
            {
                resolved = Path.GetPathRoot(target)!;
                target = target[resolved.Length..];
            }

            foreach (var inner in Parts(target))
            {
                parts.Push(inner);
            }
        }

        return resolved;
    }

    /// <summary>Whether two paths lead to one file.</summary>
    public static bool AreSame(string one, string other) => Of(one).Equals(Of(other), Comparison);

    /// <summary>Whether a path leads to something below a folder.</summary>
    public static bool IsBelow(string path, string folder) =>
        Of(path).StartsWith(Path.TrimEndingDirectorySeparator(Of(folder)) + Path.DirectorySeparatorChar, Comparison);

    // last first, as a stack takes them
    private static IEnumerable<string> Parts(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries).Reverse();
}
