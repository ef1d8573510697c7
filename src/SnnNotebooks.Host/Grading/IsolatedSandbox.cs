using System.Globalization;

namespace SnnNotebooks.Host.Grading;

/// <summary>
/// A sandbox of Linux's namespaces: no network, no processes but its own, no files but those of <see cref="SandboxView"/>. Started by root
/// it takes another user, whom the kernel counts: root's processes have no number that it would not go beyond.
/// </summary>
/// <param name="changesUser">Whether it takes another user.</param>
internal abstract class IsolatedSandbox(bool changesUser) : Sandbox
{
    private const int FirstUser = 60_000; // to 64,999 nobody has files
    private const int Users = 5000;
    private static int started = Environment.ProcessId;

    public override bool ReachesFiles => false;

    public override IReadOnlyList<string> NotEnforced => IsRoot && !changesUser ? [OnlyCounted] : [];

    internal override bool ChangesUser => changesUser;

    internal override Dictionary<string, string> Variables(Workspace workspace) => new(base.Variables(workspace))
    {
        ["HOME"] = "/tmp",
        ["TMPDIR"] = "/tmp",
        ["PATH"] = "/usr/bin:/bin",
    };

    /// <summary>Takes all privileges, with no way back; and a user of its own, so that none counts in another's limit.</summary>
    /// <param name="changesUser">Whether it takes another user.</param>
    private protected static IEnumerable<string> Unprivileged(bool changesUser)
    {
        var user = (FirstUser + (Interlocked.Increment(ref started) % Users)).ToString(CultureInfo.InvariantCulture);
        return
        [
            "setpriv", .. changesUser ? ["--reuid", user, "--regid", user, "--clear-groups"] : Array.Empty<string>(),
            "--inh-caps=-all", "--bounding-set=-all", "--no-new-privs", "--",
        ];
    }
}
