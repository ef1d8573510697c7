using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Host.Tests.Sweeps;

/// <summary>A test on a real Slurm; skipped where it is not installed, or where its daemons may not be started.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NeedsSlurmFactAttribute : FactAttribute
{
    public NeedsSlurmFactAttribute() => Skip = new NeedsToolFactAttribute("/usr/sbin/slurmctld", "slurm-wlm").Skip
        ?? new NeedsToolFactAttribute("/usr/sbin/munged", "munge").Skip
        ?? (Environment.IsPrivilegedProcess ? null : "needs root, as whom Slurm's daemons run");
}
