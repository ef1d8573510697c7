using System.Globalization;
using System.Text;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// The same as bubblewrap by util-linux alone (unshare, mount, pivot_root, setpriv), where bubblewrap is not installed. What a hand-in sees
/// is mounted by a script, within namespaces of its own.
/// </summary>
internal sealed class NamespaceSandbox : IsolatedSandbox
{
    private static readonly string[] UnderRoot = ["unshare", "--mount", "--net", "--ipc", "--pid", "--uts", "--fork", "--kill-child"];
    private static readonly string[] Unshare = [.. UnderRoot, "--user", "--map-root-user"];

    // tmpfs holds the new root; what remains of the old one is let go
    private const string Begin = """
        set -e
        PATH=/usr/sbin:/usr/bin:/sbin:/bin
        root=$1; shift
        mount -t tmpfs -o mode=0755,nosuid,nodev tmpfs "$root"
        memory() { mkdir -p "$root$1"; mount -t tmpfs -o "mode=1777,size=$2,nosuid,nodev" tmpfs "$root$1"; }
        folder() { [ -d "$root$1" ] || { mkdir "$root$1"; chmod "$2" "$root$1"; }; }
        same() {
            if [ -d "$1" ]; then mkdir -p "$root$1"; else : >"$root$1"; fi
            mount --bind "$1" "$root$1" 2>/dev/null || mount --rbind "$1" "$root$1"
        }
        only() { same "$1"; mount -o remount,bind,ro "$root$1"; }
        mkdir "$root/proc" "$root/dev"
        mount -t proc proc "$root/proc"
        for device in null zero full random urandom tty; do same "/dev/$device"; done
        ln -s /proc/self/fd "$root/dev/fd"

        """;

    // without further namespaces inside, where the kernel can forbid them; under root this would be a rule for the whole machine
    private const string NoMoreUsers = "echo 0 2>/dev/null >/proc/sys/user/max_user_namespaces || :\n";

    private const string End = """
        mkdir "$root/old"
        cd "$root"
        pivot_root . old
        umount -l /old
        rmdir /old
        mount -o remount,bind,ro /
        cd /tmp
        PATH=/usr/bin:/bin
        "$@"

        """;

    private NamespaceSandbox(bool changesUser)
        : base(changesUser)
    {
    }

    public override string Name => "namespaces";

    public static NamespaceSandbox? TryFind()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var root = Directory.CreateTempSubdirectory("snn-root-");
        try
        {
            bool[] choices = IsRoot ? [true, false] : [false];
            return choices.Where(changesUser => Works([.. Command(changesUser, root.FullName,
                    [.. SandboxView.OfSystem(), new SeenMemory("/tmp", 1 << 20)]), "prlimit", "--core=0", "true"]))
                .Select(changesUser => new NamespaceSandbox(changesUser)).FirstOrDefault();
        }
        finally
        {
            root.Delete();
        }
    }

    internal override IReadOnlyList<string> Wrap(IReadOnlyList<string> command, Workspace workspace, GradingLimits limits) =>
    [
        .. Command(ChangesUser, workspace.NewRoot,
            SandboxView.Of(command, workspace, limits).Append(new SeenMemory("/dev/shm", limits.Files))),
        .. Limited(command, limits),
    ];

    private static IEnumerable<string> Command(bool changesUser, string root, IEnumerable<SeenPath> view)
    {
        var script = new StringBuilder(changesUser ? "" : NoMoreUsers).Append(Begin).AppendJoin("", view.Select(Line)).Append(End);
        return [.. changesUser ? UnderRoot : Unshare, "--", "sh", "-c", script.ToString(), "sh", root, .. Unprivileged(changesUser)];
    }

    private static string Line(SeenPath seen) => seen switch
    {
        SeenReadOnly => $"only {Quoted(seen.Path)}\n",
        SeenLink link => $"ln -s {Quoted(link.Target)} \"$root\"{Quoted(link.Path)}\n",
        SeenFolder folder => $"folder {Quoted(folder.Path)} {folder.Mode}\n",
        SeenMemory memory => string.Create(CultureInfo.InvariantCulture, $"memory {Quoted(memory.Path)} {memory.Bytes}\n"),
        _ => throw new InvalidOperationException($"{seen} is nothing that a sandbox can show."),
    };

    private static string Quoted(string path) => $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
