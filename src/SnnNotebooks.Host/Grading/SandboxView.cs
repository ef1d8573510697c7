using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Host.Grading;

/// <summary>Something that a hand-in finds at a path, in an otherwise empty file system.</summary>
/// <param name="Path">Where.</param>
internal abstract record SeenPath(string Path);

/// <summary>A file or folder of this machine, which can be read only.</summary>
internal sealed record SeenReadOnly(string Path) : SeenPath(Path);

/// <summary>A symbolic link.</summary>
internal sealed record SeenLink(string Path, string Target) : SeenPath(Path);

/// <summary>An empty folder of a mode.</summary>
internal sealed record SeenFolder(string Path, string Mode) : SeenPath(Path);

/// <summary>A folder in memory, for all to write to, that holds so many bytes.</summary>
internal sealed record SeenMemory(string Path, long Bytes) : SeenPath(Path);

/// <summary>
/// What of this machine a hand-in sees: the system's programs, the runtime, the kit and the lesson's files, all of them read-only. What it
/// writes goes to memory.
/// </summary>
internal static class SandboxView
{
    /// <summary>The system's programs and libraries.</summary>
    public static IEnumerable<SeenPath> OfSystem()
    {
        string[] single = [.. new[] { "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/sys/devices/system/cpu", "/nix/store" }
            .Where(Path.Exists)];
        return
        [
            new SeenReadOnly("/usr"),
            .. new[] { "/bin", "/sbin", "/lib", "/lib32", "/lib64" }.Where(Directory.Exists).Select(folder =>
                new DirectoryInfo(folder).LinkTarget is { } target ? new SeenLink(folder, target) : (SeenPath)new SeenReadOnly(folder)),
            .. Above(single, "/", "0755"), .. single.Select(path => new SeenReadOnly(path)),
        ];
    }

    /// <summary>All that the process of a hand-in sees, but for <c>/proc</c> and <c>/dev</c>.</summary>
    /// <param name="command">Starts it: program and arguments.</param>
    /// <param name="workspace">The files of its lesson.</param>
    /// <param name="limits">How much it may write.</param>
    public static IEnumerable<SeenPath> Of(IReadOnlyList<string> command, Workspace workspace, GradingLimits limits)
    {
        string[] needed = [.. Needed(command)];
        return
        [
            .. OfSystem(),
            new SeenMemory("/tmp", limits.Files),
            .. Above([.. needed, workspace.Root], "/", "0755"), .. needed.Select(path => new SeenReadOnly(path)),
            // each file by itself: folders between them are in memory, so that a lesson may write beside its notebook
            new SeenMemory(workspace.Root, limits.Files),
            .. Above([.. workspace.Entries, workspace.NotebookPath], workspace.Root, "1777"),
            .. workspace.Entries.Select(path => new SeenReadOnly(path)),
        ];
    }

    /// <summary>Folders on the way from one to files: else they would be root's alone.</summary>
    private static IEnumerable<SeenPath> Above(IEnumerable<string> paths, string from, string mode)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in paths)
        {
            for (var folder = Path.GetDirectoryName(path); folder is { Length: > 1 } && folder != from && seen.Add(folder);)
            {
                folder = Path.GetDirectoryName(folder);
            }
        }

        return seen.Select(folder => new SeenFolder(folder, mode));
    }

    // the runtime, the tool, and the native libraries it finds in NuGet's cache or has adapted
    private static IEnumerable<string> Needed(IReadOnlyList<string> command)
    {
        IEnumerable<string> named =
        [
            Sandbox.DotnetRoot, AppContext.BaseDirectory, Path.GetDirectoryName(command[0])!, .. ThisProgram.Command,
            Path.Combine(HostCache.Root, "native"), Path.Combine(Sandbox.Packages, "torchsharp"),
            .. Directory.Exists(Sandbox.Packages) ? Directory.EnumerateDirectories(Sandbox.Packages, "libtorch-*") : [],
        ];
        // an empty path would be all of the disk; what lies in another of them, or in /usr, is seen already
        string[] needed = [.. named.Where(path => Path.IsPathRooted(path) && Path.Exists(path)).Select(path => path.TrimEnd('/'))
            .Where(path => path.Length > 0).Distinct()];
        return needed.Where(path => !needed.Append("/usr").Any(other => path.StartsWith(other + "/", StringComparison.Ordinal)));
    }
}
