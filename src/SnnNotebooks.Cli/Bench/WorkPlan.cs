using System.Text.Json.Serialization;

namespace SnnNotebooks.Cli.Bench;

/// <summary>What a timed process is given, as JSON in a file.</summary>
/// <param name="Device">Where.</param>
/// <param name="Seconds">After so many no further case is begun.</param>
/// <param name="Cases">The cases.</param>
internal sealed record WorkPlan(
    [property: JsonPropertyName("device")] string Device,
    [property: JsonPropertyName("seconds")] double Seconds,
    [property: JsonPropertyName("cases")] IReadOnlyList<BenchCase> Cases);
