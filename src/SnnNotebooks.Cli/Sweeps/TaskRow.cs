using System.Text.Json;
using System.Text.Json.Serialization;

namespace SnnNotebooks.Cli.Sweeps;

/// <summary>What is left of a task that ended by itself: one JSON file.</summary>
/// <param name="Task">The task's id.</param>
/// <param name="Name">What the sweep calls it.</param>
/// <param name="Variant">The variant, or null.</param>
/// <param name="Notebook">The notebook, or null.</param>
/// <param name="Network">The network, or null.</param>
/// <param name="Parameters">All parameters but the seed.</param>
/// <param name="Seed">The seed, or null.</param>
/// <param name="Exit">Exit code of its process; 0 is success.</param>
/// <param name="Failure">What it said last, where it failed.</param>
/// <param name="Started">When its last attempt began.</param>
/// <param name="Seconds">How long its last attempt took.</param>
/// <param name="Attempts">How often it was begun.</param>
/// <param name="Host">The machine of the last attempt.</param>
/// <param name="SlurmJob">Slurm's number of the job, <c>ARRAY_INDEX</c>, or null.</param>
/// <param name="Versions">Of tool, .NET, library, libtorch; number of threads.</param>
/// <param name="NotebookSha256">Of the notebook when the task began, or null.</param>
/// <param name="Figures">What it measured.</param>
/// <param name="Curves">What it measured over something.</param>
internal sealed record TaskRow(
    string Task,
    string Name,
    string? Variant,
    string? Notebook,
    string? Network,
    IReadOnlyDictionary<string, JsonElement> Parameters,
    int? Seed,
    int Exit,
    string? Failure,
    DateTime Started,
    double Seconds,
    int Attempts,
    string Host,
    string? SlurmJob,
    IReadOnlyDictionary<string, string> Versions,
    string? NotebookSha256,
    IReadOnlyDictionary<string, double> Figures,
    IReadOnlyDictionary<string, TaskCurve> Curves);

/// <summary>A curve of a task.</summary>
/// <param name="Axis">What it was measured over, counted from 1.</param>
/// <param name="Values">Its points.</param>
internal sealed record TaskCurve(string Axis, IReadOnlyList<double> Values);

/// <summary>How a sweep's own files are written.</summary>
internal static class SweepJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };
}
