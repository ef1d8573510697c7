using System.Globalization;
using System.Runtime.InteropServices;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// bubblewrap (Linux): no network, no processes but its own, no files but the system's, the kit's and the lesson's, all of them read-only;
/// what is written goes to memory and is gone afterwards. Started by root it takes another user, whom the kernel counts: root's processes
/// have no number that it would not go beyond.
/// </summary>
internal sealed class BubblewrapSandbox : Sandbox
{
    private const int FirstUser = 60_000; // to 64,999 nobody has files
    private const int Users = 5000;
    private static readonly string[] Session = ["--die-with-parent", "--new-session", "--clearenv"];
    private static readonly string[] Isolation = ["--unshare-all", .. Session];
    private static readonly string[] UnderRoot =
        ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try", .. Session];

    private static int started = Environment.ProcessId;
    private readonly string[] isolation;
    private readonly bool changesUser;

    private BubblewrapSandbox(string[] isolation, bool changesUser) => (this.isolation, this.changesUser) = (isolation, changesUser);

    public override string Name => "bubblewrap";

    public override bool ReachesFiles => false;

    public override IReadOnlyList<string> NotEnforced => Environment.UserName == "root" && !changesUser
        ? ["Processes and threads are counted five times a second, not limited beforehand: the grader runs as root."]
        : [];

    public static BubblewrapSandbox? TryFind()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        if (Environment.UserName == "root" && Runs(UnderRoot, AsAnother()))
        {
            return new BubblewrapSandbox(UnderRoot, changesUser: true);
        }

        // without further namespaces inside, where this version can forbid them
        string[][] choices = [[.. Isolation, "--unshare-user", "--disable-userns"], Isolation];
        return choices.Where(choice => Runs(choice, [])).Select(choice => new BubblewrapSandbox(choice, false)).FirstOrDefault();

        static bool Runs(string[] isolation, IEnumerable<string> user) => Works(
            ["bwrap", .. isolation, "--ro-bind", "/", "/", "--proc", "/proc", "--", .. user, "prlimit", "--core=0", "true"]);
    }

    internal override bool ChangesUser => changesUser;

    /// <summary>A user of its own for each process, so that none counts in another's limit; and no way back.</summary>
    private static string[] AsAnother()
    {
        var user = (FirstUser + (Interlocked.Increment(ref started) % Users)).ToString(CultureInfo.InvariantCulture);
        return
        [
            "setpriv", "--reuid", user, "--regid", user, "--clear-groups", "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--",
        ];
    }

    internal override IReadOnlyList<string> Wrap(IReadOnlyList<string> command, Workspace workspace, GradingLimits limits)
    {
        var size = limits.Files.ToString(CultureInfo.InvariantCulture);
        var arguments = new List<string>(["bwrap", .. isolation, "--ro-bind", "/usr", "/usr"]);
        foreach (var folder in new[] { "/bin", "/sbin", "/lib", "/lib32", "/lib64" }.Where(Directory.Exists))
        {
            arguments.AddRange(
                new DirectoryInfo(folder).LinkTarget is { } target ? ["--symlink", target, folder] : ["--ro-bind", folder, folder]);
        }

        foreach (var file in new[] { "/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/sys/devices/system/cpu", "/nix/store" })
        {
            arguments.AddRange(["--ro-bind-try", file, file]);
        }

        arguments.AddRange(["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--size", size, "--tmpfs", "/tmp"]);
        // an empty path would be all of the disk
        string[] needed = [.. Needed(command).Where(folder => folder.Length > 1 && Path.IsPathRooted(folder))];
        arguments.AddRange(Above([.. needed, workspace.Root], "0755"));
        foreach (var folder in needed)
        {
            arguments.AddRange(["--ro-bind-try", folder, folder]);
        }

        // each file by itself: folders between them are in memory, so that a lesson may write beside its notebook
        arguments.AddRange(["--perms", "1777", "--size", size, "--tmpfs", workspace.Root]);
        arguments.AddRange(Above([.. workspace.Entries, workspace.NotebookPath], "1777"));
        foreach (var entry in workspace.Entries)
        {
            arguments.AddRange(["--ro-bind", entry, entry]);
        }

        foreach (var (name, value) in Variables(workspace))
        {
            arguments.AddRange(["--setenv", name, value]);
        }

        return [.. arguments, "--chdir", "/tmp", "--", .. changesUser ? AsAnother() : [], .. Limited(command, limits)];
    }

    /// <summary>Folders on the way to files: bubblewrap itself would make them for root alone.</summary>
    private static IEnumerable<string> Above(IEnumerable<string> paths, string permissions)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var path in paths.Where(path => !path.StartsWith("/usr/", StringComparison.Ordinal)))
        {
            for (var folder = Path.GetDirectoryName(path); folder is { Length: > 1 } && seen.Add(folder);)
            {
                folder = Path.GetDirectoryName(folder);
            }
        }

        return seen.SelectMany(folder => new[] { "--perms", permissions, "--dir", folder });
    }

    // the runtime, the tool, and the native libraries it finds in NuGet's cache or has adapted
    private static IEnumerable<string> Needed(IReadOnlyList<string> command)
    {
        var packages = Packages();
        return
        [
            DotnetRoot(), AppContext.BaseDirectory, Path.GetDirectoryName(command[0])!, .. ThisProgram.Command.Where(Path.IsPathRooted),
            Path.Combine(HostCache.Root, "native"), Path.Combine(packages, "torchsharp"),
            .. Directory.Exists(packages) ? Directory.EnumerateDirectories(packages, "libtorch-*") : [],
        ];
    }

    private static Dictionary<string, string> Variables(Workspace workspace) => new(workspace.Variables)
    {
        ["HOME"] = "/tmp",
        ["TMPDIR"] = "/tmp",
        ["PATH"] = "/usr/bin:/bin",
        ["DOTNET_ROOT"] = DotnetRoot(),
        ["SNN_CACHE"] = HostCache.Root,
        ["NUGET_PACKAGES"] = Packages(),
    };

    private static string DotnetRoot() => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    private static string Packages() => Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } folder
        ? folder
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
}
