using System.Text.Json;
using SnnNotebooks.NeuroBench;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.NeuroBench;

/// <summary>
/// An echo-state network that NeuroBench's example fitted and saved whole, and what it forecasts: <c>neurobench/esn.json</c> with
/// <c>esn.pth</c> beside it, of tools/golden/esn.py.
/// </summary>
internal sealed class EchoStateSuite : IConformanceSuite
{
    private const double Tolerance = 1e-10;

    public bool Claims(string path) =>
        Path.GetFileName(path) is "esn.json" && Path.GetFileName(Path.GetDirectoryName(path)) is "neurobench";

    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var (golden, steps) = (document.RootElement, document.RootElement.GetProperty("steps").GetInt32());
        using var scope = NewDisposeScope();
        using var network = EchoStateNetwork.Read(Path.ChangeExtension(path, ".pth"));
        var input = zeros(golden.GetProperty("forecast").GetArrayLength(), 1, ScalarType.Float64);
        input[0, 0] = 0.8 + (0.2 * Math.Sin(0.3 * steps)) + (0.1 * Math.Sin(0.71 * steps));
        yield return NumbersCompared.With("forecast of a network saved whole", golden.GetProperty("forecast"),
            network.call(input).Numbers<double>(), Tolerance);
    }
}
