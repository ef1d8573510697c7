namespace SnnNotebooks.Host.Grading;

/// <summary>
/// Namespaces of Linux by util-linux's unshare: no network, no processes but its own. Files are those of the one who grades.
/// </summary>
internal sealed class NamespaceSandbox : Sandbox
{
    private static readonly string[] Unshare =
        ["unshare", "--user", "--map-root-user", "--net", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc"];

    public override string Name => "namespaces";

    public override IReadOnlyList<string> NotEnforced =>
    [
        "Files: hand-ins could read and change what you can.",
        "Space on the disk: one file is limited, their number is not.",
        "Processes and threads are counted five times a second, not limited beforehand.",
    ];

    public static NamespaceSandbox? TryFind() =>
        OperatingSystem.IsLinux() && Works([.. Unshare, "prlimit", "--core=0", "true"]) ? new() : null;

    internal override IReadOnlyList<string> Wrap(IReadOnlyList<string> command, Workspace workspace, GradingLimits limits) =>
        [.. Unshare, .. Limited(command, limits)];
}
