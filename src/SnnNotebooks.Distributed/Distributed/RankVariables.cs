using System.Globalization;

namespace SnnNotebooks.Distributed;

/// <summary>What launchers tell a rank by environment variables.</summary>
internal static class RankVariables
{
    private const string OpenMpiSize = "OMPI_COMM_WORLD_SIZE";
    private const string MpichSize = "PMI_SIZE";

    /// <summary>
    /// Whether a launcher of MPI started this process. Slurm gives MPICH's variable to any single task, too: 1 of 1 is no rank.
    /// </summary>
    public static bool IsLaunched => Value(OpenMpiSize) is not null || Value(MpiReducer.LaunchVariable) is not null
        || Value(MpichSize) is not (null or "1");

    /// <summary>Whether it was MPICH's, hydra, or one of its kin.</summary>
    public static bool IsOfMpich => Value(OpenMpiSize) is null && Value(MpichSize) is not null;

    /// <summary>How many ranks it started; null where it does not say.</summary>
    public static int? Size => int.TryParse(
        Value(OpenMpiSize) ?? Value(MpichSize) ?? (Value(MpiReducer.LaunchVariable) is null ? null : Value("SLURM_STEP_NUM_TASKS")),
        CultureInfo.InvariantCulture, out var size)
        ? size
        : null;

    /// <summary>This rank's number on its machine, 0 where none is told.</summary>
    public static int Local => new[] { "OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID" }.Select(Value)
        .Where(value => value is not null).Select(value => int.TryParse(value, CultureInfo.InvariantCulture, out var local) ? local : 0)
        .FirstOrDefault();

    private static string? Value(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
