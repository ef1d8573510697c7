using System.Text.Json;
using SnnNotebooks.Energy;
using SnnNotebooks.Similarity;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.Energy;

/// <summary>Models of energy on small networks against SpikingJelly's numbers: <c>energy.json</c> of tools/golden/energy.py.</summary>
internal sealed class EnergySuite : IConformanceSuite
{
    private static readonly (IEnergyModel Model, string Golden, (string Part, string Field)[] Parts)[] Models =
    [
        (new LemaireEnergy(), "lemaire", [
            ("operations", "ops_pj"), ("addressing", "addressing_pj"), ("inputs and outputs", "inout_pj"), ("parameters", "params_pj"),
            ("potentials", "potential_pj"),
        ]),
        (new SpikeSimEventEnergy(), "spikesim_events", [
            ("periphery", "patch_control_pj"), ("crossbar rows", "xbar_pj"), ("neurons", "neuron_pj"),
        ]),
        (new NeuroMcEnergy(), "neuromc", [
            ("layers", "energy_mac_pj"), ("memory of layers", "energy_base_memory_pj"),
            ("neurons and normalisation", "energy_extra_compute_pj"), ("memory of neurons and normalisation", "energy_extra_memory_pj"),
        ]),
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

        return EnergyRecorder.Record(network, input, samples: shape[1], gradients: true);
    }

    private static ConformanceResult Compare(JsonElement golden)
    {
        var name = golden.GetProperty("name").GetString()!;
        var run = Measure(golden);
        var dense = new SpikeSimEnergy();
        var differing = Models.SelectMany(each => Differences(each.Model.Estimate(run), each.Parts, golden.GetProperty(each.Golden), run))
            .Append(Difference("SpikeSim", dense.Estimate(run).Picojoule * run.Samples, golden.GetProperty("spikesim").GetDouble()))
            .Append(Difference("cycles", dense.Cycles(run), golden.GetProperty("cycles").GetDouble()))
            .Concat(Training(run, golden.GetProperty("neuromc_training")))
            .OfType<string>().ToArray();
        return differing.Length == 0 ? ConformanceResult.Pass(name) : ConformanceResult.Fail(name, string.Join("; ", differing));
    }

    /// <summary>
    /// A model's parts against the reference's, which counts all samples together, leaves a part out where there is nothing to charge, and
    /// is null for a network that it refuses.
    /// </summary>
    private static IEnumerable<string?> Differences(
        EnergyEstimate found, (string Part, string Field)[] parts, JsonElement expected, EnergyRun run) =>
        expected.ValueKind == JsonValueKind.Null ? [] : parts.Select(names => Difference(
            $"{found.Model}, {names.Part}", found.Parts.Single(part => part.Part == names.Part).Picojoule * run.Samples,
            expected.TryGetProperty(names.Field, out var value) ? value.GetDouble() : 0));

    /// <summary>A step of training with every optimiser.</summary>
    private static IEnumerable<string?> Training(EnergyRun run, JsonElement expected)
    {
        double Number(string field) => expected.GetProperty(field).GetDouble();
        foreach (var optimizer in Enum.GetValues<NeuroMcOptimizer>())
        {
            var found = new NeuroMcTrainingEnergy(optimizer).Estimate(run);
            foreach (var (part, picojoule) in new[]
            {
                ("forward", Number("forward")), ("gradients of inputs", Number("inputs")), ("gradients of weights", Number("weights")),
                ("neurons and normalisation, backward", Number("neurons") + Number("normalisation")), ("optimiser", Number($"{optimizer}")),
            })
            {
                yield return Difference($"{found.Model}, {part}", found.Parts.Single(each => each.Part == part).Picojoule * run.Samples,
                    picojoule);
            }
        }
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
