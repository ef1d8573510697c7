using System.Text.Json;
using SnnNotebooks.Energy;
using SnnNotebooks.Similarity;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.Energy;

/// <summary>Models of energy on small networks against SpikingJelly's numbers: <c>energy.json</c> of tools/golden/energy.py.</summary>
internal sealed class EnergySuite : IConformanceSuite
{
    private static readonly (string Part, string Field)[] Parts =
    [
        ("operations", "ops_pj"), ("addressing", "addressing_pj"), ("inputs and outputs", "inout_pj"), ("parameters", "params_pj"),
        ("potentials", "potential_pj"),
    ];

    public bool Claims(string path) => Path.GetFileName(path) is "energy.json";

    public IEnumerable<ConformanceResult> Run(string path)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        foreach (var golden in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            yield return Compare(golden);
        }
    }

    /// <summary>What happens in a case.</summary>
    internal static EnergyRun Measure(JsonElement golden)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        using var network = (nn.Module<Tensor, Tensor>)ReferenceLayers.Build(golden.GetProperty("layers"));
        var (random, shape) = (new NumpyRandom(golden.GetProperty("seed").GetUInt32()), ReferenceLayers.Shape(golden));
        var values = Rounded(random, shape);
        values = values.mul(values.abs().ge(golden.GetProperty("zeros").GetDouble()));
        var input = (golden.GetProperty("input").GetString() == "spikes" ? values.gt(0) : values).to(ScalarType.Float32);
        foreach (var parameter in network.parameters())
        {
            parameter.copy_(Rounded(random, parameter.shape));
        }

        // all samples together, as the reference counts
        return EnergyRecorder.Record(network, input, samples: 1);
    }

    private static ConformanceResult Compare(JsonElement golden)
    {
        var name = golden.GetProperty("name").GetString()!;
        var run = Measure(golden);
        var found = new LemaireEnergy().Estimate(run).Parts.ToDictionary(part => part.Part, part => part.Picojoule, StringComparer.Ordinal);
        var expected = golden.GetProperty("lemaire");
        var differing = Parts.Select(part => Difference(part.Part, found[part.Part], expected.GetProperty(part.Field).GetDouble()))
            .Append(Difference("SpikeSim", new SpikeSimEnergy().Estimate(run).Picojoule, golden.GetProperty("spikesim").GetDouble()))
            .Append(Difference("cycles", new SpikeSimEnergy().Cycles(run), golden.GetProperty("cycles").GetDouble()))
            .OfType<string>().ToArray();
        return differing.Length == 0 ? ConformanceResult.Pass(name) : ConformanceResult.Fail(name, string.Join("; ", differing));
    }

    private static string? Difference(string what, double found, double expected) =>
        Math.Abs(found - expected) <= 1e-9 * Math.Max(1, Math.Abs(expected))
            ? null
            : FormattableString.Invariant($"{what} {found}, expected {expected}");

    /// <summary>Standard normal numbers, rounded to sixteenths.</summary>
    private static Tensor Rounded(NumpyRandom random, long[] shape)
    {
        var values = new double[shape.Aggregate(1L, (all, axis) => all * axis)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Math.Round(random.Normal() * 16) / 16;
        }

        return tensor(values, shape);
    }
}
