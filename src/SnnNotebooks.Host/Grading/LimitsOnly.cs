namespace SnnNotebooks.Host.Grading;

/// <summary>A process of its own, with limits where the system has util-linux's prlimit.</summary>
internal sealed class LimitsOnly : Sandbox
{
    private readonly bool hasLimits = OperatingSystem.IsLinux() && Works("prlimit", "--core=0", "true");

    public override string Name => hasLimits ? "limits" : "none";

    public override IReadOnlyList<string> NotEnforced =>
    [
        "Network: hand-ins could reach it.",
        "Files: hand-ins could read and change what you can.",
        "Processes that a hand-in leaves behind may outlive it.",
        OperatingSystem.IsLinux() ? "Space on the disk: one file is limited, their number is not." : "Space on the disk.",
        .. OperatingSystem.IsLinux() ? Array.Empty<string>() : ["Memory, and the number of processes."],
    ];

    internal override bool EndsWhole => false;

    internal override IReadOnlyList<string> Wrap(IReadOnlyList<string> command, Workspace workspace, GradingLimits limits) =>
        hasLimits ? [.. Limited(command, limits)] : command;
}
