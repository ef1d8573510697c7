using System.Globalization;

namespace SnnNotebooks.Distributed;

/// <summary>What launchers tell a rank by environment variables.</summary>
internal static class RankVariables
{
    private const string OpenMpiSize = "OMPI_COMM_WORLD_SIZE";
    private const string MpichSize = "PMI_SIZE";

    /// <summary>Whether a launcher started this process.</summary>
    public static bool IsLaunched => new[] { OpenMpiSize, MpichSize, MpiReducer.LaunchVariable }.Any(name => Value(name) is not null);

    /// <summary>Whether it was MPICH's, hydra, or one of its kin.</summary>
    public static bool IsOfMpich => Value(OpenMpiSize) is null && Value(MpichSize) is not null;

    /// <summary>How many ranks it started; null where it does not say.</summary>
    public static int? Size => int.TryParse(
        Value(OpenMpiSize) ?? Value(MpichSize) ?? (Value(MpiReducer.LaunchVariable) is null ? null : Value("SLURM_STEP_NUM_TASKS")),
        CultureInfo.InvariantCulture, out var size)
        ? size
        : null;

    private static string? Value(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
