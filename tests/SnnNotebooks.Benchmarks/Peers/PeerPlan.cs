using System.Text.Json.Serialization;
using SnnNotebooks.Cli.Bench;

namespace SnnNotebooks.Benchmarks.Peers;

/// <summary>What a timed process is given, as JSON in a file.</summary>
/// <param name="Threads">How many threads it may use.</param>
/// <param name="Cap">Seconds for one compilation.</param>
/// <param name="SpikingJelly">The folder of SpikingJelly's source as the process sees it, or null.</param>
/// <param name="Rivals">Who is timed.</param>
/// <param name="Cases">On what.</param>
internal sealed record PeerPlan(
    [property: JsonPropertyName("threads")] int Threads,
    [property: JsonPropertyName("cap")] double Cap,
    [property: JsonPropertyName("spikingjelly")] string? SpikingJelly,
    [property: JsonPropertyName("rivals")] IReadOnlyList<Rival> Rivals,
    [property: JsonPropertyName("cases")] IReadOnlyList<BenchCase> Cases);

/// <summary>A rival.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Way">What <c>rivals.py</c> calls it.</param>
internal sealed record Rival([property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("way")] string Way);
