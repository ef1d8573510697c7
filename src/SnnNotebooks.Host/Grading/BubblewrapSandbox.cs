using System.Globalization;
using System.Runtime.InteropServices;
using SnnNotebooks.Host.Running;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// bubblewrap (Linux): no network, no processes but its own, no files but the system's, the kit's and the lesson's, all of them read-only;
/// what is written goes to memory and is gone afterwards.
/// </summary>
internal sealed class BubblewrapSandbox : Sandbox
{
    private static readonly string[] Isolation = ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv"];
    private readonly string[] isolation;

    private BubblewrapSandbox(string[] isolation) => this.isolation = isolation;

    public override string Name => "bubblewrap";

    public override bool ReachesFiles => false;

    public override IReadOnlyList<string> NotEnforced => Environment.UserName == "root"
        ? ["Processes and threads are counted five times a second, not limited beforehand: the grader runs as root."]
        : [];

    public static BubblewrapSandbox? TryFind()
    {
        // without further namespaces inside, where this version can forbid them
        string[][] choices = [[.. Isolation, "--unshare-user", "--disable-userns"], Isolation];
        return OperatingSystem.IsLinux()
            ? choices.Where(choice => Works(
                    ["bwrap", .. choice, "--ro-bind", "/", "/", "--proc", "/proc", "--", "prlimit", "--core=0", "true"]))
                .Select(choice => new BubblewrapSandbox(choice)).FirstOrDefault()
            : null;
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

        arguments.AddRange(["--proc", "/proc", "--dev", "/dev", "--size", size, "--tmpfs", "/tmp"]);
        // an empty path would be all of the disk
        foreach (var folder in Needed(command).Where(folder => folder.Length > 1 && Path.IsPathRooted(folder)))
        {
            arguments.AddRange(["--ro-bind-try", folder, folder]);
        }

        // each file by itself: folders between them are in memory, so that a lesson may write beside its notebook
        arguments.AddRange(["--size", size, "--tmpfs", workspace.Root, "--dir", Path.GetDirectoryName(workspace.NotebookPath)!]);
        foreach (var entry in workspace.Entries)
        {
            arguments.AddRange(["--ro-bind", entry, entry]);
        }

        foreach (var (name, value) in Variables(workspace))
        {
            arguments.AddRange(["--setenv", name, value]);
        }

        return [.. arguments, "--chdir", "/tmp", "--", .. Limited(command, limits)];
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
