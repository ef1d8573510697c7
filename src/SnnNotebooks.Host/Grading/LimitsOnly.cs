namespace SnnNotebooks.Host.Grading;

/// <summary>A process of its own, with limits where the system has util-linux's prlimit.</summary>
internal sealed class LimitsOnly : Sandbox
{
    private readonly bool hasLimits = OperatingSystem.IsLinux() && Works("prlimit", "--core=0", "true");

    public override string Name => hasLimits ? "unprotected, with limits" : "unprotected";

    public override IReadOnlyList<string> NotEnforced =>
    [
        "Network: hand-ins could reach it.",
        "Files and processes: hand-ins could read, change and end what you can, this grader among it.",
        "Processes that a hand-in leaves behind may outlive it.",
        OperatingSystem.IsLinux() ? "Space on the disk: one file is limited, their number is not." : "Space on the disk.",
        .. !OperatingSystem.IsLinux() ? ["Memory, and the number of processes."] : IsRoot ? [OnlyCounted] : Array.Empty<string>(),
    ];

    // what programs need to be found and to find their own files, on any system
    private static readonly string[] Lent =
    [
        "PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TEMP", "TMP", "SYSTEMROOT", "SYSTEMDRIVE", "USERPROFILE",
        "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES",
    ];

    internal override bool EndsWhole => false;

    internal override Dictionary<string, string> Variables(Workspace workspace)
    {
        var variables = base.Variables(workspace);
        foreach (var name in Lent)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                variables[name] = value;
            }
        }

        return variables;
    }

    internal override IReadOnlyList<string> Wrap(IReadOnlyList<string> command, Workspace workspace, GradingLimits limits) =>
        hasLimits ? [.. Limited(command, limits)] : command;
}
