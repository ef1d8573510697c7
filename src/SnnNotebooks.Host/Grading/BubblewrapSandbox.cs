using System.Globalization;

namespace SnnNotebooks.Host.Grading;

/// <summary>bubblewrap (Linux): what is written goes to memory and is gone afterwards.</summary>
internal sealed class BubblewrapSandbox : IsolatedSandbox
{
    private static readonly string[] Session = ["--die-with-parent", "--new-session"];
    private static readonly string[] Isolation = ["--unshare-all", .. Session];
    private static readonly string[] UnderRoot =
        ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try", .. Session];

    private readonly string[] isolation;

    private BubblewrapSandbox(string[] isolation, bool changesUser)
        : base(changesUser) => this.isolation = isolation;

    public override string Name => "bubblewrap";

    public static BubblewrapSandbox? TryFind()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        if (IsRoot && Runs(UnderRoot, Unprivileged(changesUser: true)))
        {
            return new BubblewrapSandbox(UnderRoot, changesUser: true);
        }

        // without further namespaces inside, where this version can forbid them
        string[][] choices = [[.. Isolation, "--unshare-user", "--disable-userns"], Isolation];
        return choices.Where(choice => Runs(choice, [])).Select(choice => new BubblewrapSandbox(choice, false)).FirstOrDefault();

        static bool Runs(string[] isolation, IEnumerable<string> user) => Works(
            ["bwrap", .. isolation, "--ro-bind", "/", "/", "--proc", "/proc", "--", .. user, "prlimit", "--core=0", "true"]);
    }

    internal override IReadOnlyList<string> Wrap(IReadOnlyList<string> command, Workspace workspace, GradingLimits limits) =>
    [
        "bwrap", .. isolation, "--proc", "/proc", "--dev", "/dev",
        .. SandboxView.Of(command, workspace, limits).Append(new SeenMemory("/dev/shm", limits.Files)).SelectMany(Arguments),
        // these two are memory as well, and have no limit
        "--remount-ro", "/dev", "--remount-ro", "/",
        "--chdir", "/tmp", "--", .. ChangesUser ? Unprivileged(changesUser: true) : [], .. Limited(command, limits),
    ];

    private static string[] Arguments(SeenPath seen) => seen switch
    {
        SeenReadOnly => ["--ro-bind", seen.Path, seen.Path],
        SeenLink link => ["--symlink", link.Target, link.Path],
        SeenFolder folder => ["--perms", folder.Mode, "--dir", folder.Path],
        SeenMemory memory =>
            ["--perms", "1777", "--size", memory.Bytes.ToString(CultureInfo.InvariantCulture), "--tmpfs", memory.Path],
        _ => throw new InvalidOperationException($"{seen} is nothing that a sandbox can show."),
    };
}
