using System.Text.Json;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>
/// Networks of the visual-cortex and latent-variable papers against the published code: <c>golden_nets.json</c>. Weights and inputs are
/// made by formula (<see cref="ReferenceWeights"/>); each kind of network has a comparer of its own.
/// </summary>
internal sealed class NetworkSuite : IConformanceSuite
{
    private static readonly INetworkComparer[] Comparers =
    [
        new NeuronTraceComparer(),
        new SequenceNetworkComparer(),
        new CORnetComparer(),
        new SwapVaeComparer(),
    ];

    public bool Claims(string path) => Path.GetFileName(path) is "golden_nets.json";

    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var entry in document.RootElement.EnumerateObject())
        {
            using var scope = NewDisposeScope();
            yield return Array.Find(Comparers, comparer => comparer.Claims(entry.Name))?.Compare(entry.Name, entry.Value)
                ?? ConformanceResult.Skip(
                    entry.Name,
                    "no comparer: the file names this network's parameters but not its sizes and modules, or the kit does not know "
                    + "its kind");
        }
    }
}
