using System.Text.Json;
using SnnNotebooks.Exchange;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Neurons;

/// <summary>IF, LIF and PLIF against SpikingJelly's own numbers: spikes exactly, gradients to 2e-5 (float64: 1e-12).</summary>
public sealed class GoldenNeuronTests
{
    private static readonly string Shipped = Path.Combine(Repository.Root, "tests", "golden", "spikingjelly");

    [Theory]
    [InlineData("IFNode", NeuronBackend.Reference, 12)]
    [InlineData("IFNode", NeuronBackend.Fused, 12)]
    [InlineData("LIFNode", NeuronBackend.Reference, 60)]
    [InlineData("LIFNode", NeuronBackend.Fused, 60)]
    [InlineData("ParametricLIFNode", NeuronBackend.Reference, 24)]
    [InlineData("ParametricLIFNode", NeuronBackend.Fused, 24)]
    public void Neurons_meet_the_shipped_vectors(string node, NeuronBackend backend, int least) => Check(Shipped, "head", node, backend, least);

    [SharedFact("golden/spikingjelly/sj014_LIFNode.npz")]
    public void Neurons_meet_the_vectors_of_the_release_branch()
    {
        foreach (var node in new[] { "IFNode", "LIFNode", "ParametricLIFNode" })
        {
            Check(Repository.SharedPath("golden/spikingjelly")!, "014", node, NeuronBackend.Reference, 12);
            Check(Repository.SharedPath("golden/spikingjelly")!, "014", node, NeuronBackend.Fused, 12);
        }
    }

    private static void Check(string folder, string version, string node, NeuronBackend backend, int least)
    {
        var file = $"sj{version}_{node}";
        using var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, $"cases_{version}.json")));
        using var arrays = NumpyArchive.Open(Path.Combine(folder, file + ".npz"));
        var run = 0;
        foreach (var entry in cases.RootElement.GetProperty("files").GetProperty(file).EnumerateObject())
        {
            if (Surrogate(entry.Value) is not { } surrogate)
            {
                continue; // a surrogate of a later issue
            }

            using var scope = NewDisposeScope();
            using var neuron = Build(entry.Value, surrogate);
            neuron.Backend = backend;
            if (entry.Value.TryGetProperty("note", out _))
            {
                CheckCarried(arrays, entry.Name, neuron);
            }
            else
            {
                CheckSequence(arrays, entry.Name, neuron);
            }

            run++;
        }

        Assert.True(run >= least, $"{file}: only {run} cases were run");
    }

    private static void CheckSequence(NumpyArchive arrays, string name, SpikingNeuron neuron)
    {
        var x = arrays.Tensor($"{name}.x").requires_grad_();
        var spikes = neuron.call(x);
        Equal(arrays.Tensor($"{name}.spike"), spikes, name, "spike");
        Close(arrays.Tensor($"{name}.v_final"), neuron.V!, 1e-5, name, "v_final");
        var loss = (spikes * arrays.Tensor($"{name}.g")).sum();
        loss.backward();
        Close(arrays.Tensor($"{name}.grad_x"), x.grad!, 2e-5, name, "grad_x");
        if (neuron is ParametricLIFNode)
        {
            Close(arrays.Tensor($"{name}.grad_w"), neuron.parameters().Single().grad!, 2e-5, name, "grad_w");
        }

        neuron.Reset();
        var again = arrays.Tensor($"{name}.x").requires_grad_();
        var both = (neuron.call(again) * arrays.Tensor($"{name}.g")).sum() + (neuron.V! * arrays.Tensor($"{name}.gv")).sum();
        both.backward();
        Close(arrays.Tensor($"{name}.grad_x_v"), again.grad!, 2e-5, name, "grad_x_v");
    }

    private static void CheckCarried(NumpyArchive arrays, string name, SpikingNeuron neuron)
    {
        for (var part = 0; part < 2; part++)
        {
            var x = arrays.Tensor($"{name}.x{part}").requires_grad_();
            var spikes = neuron.call(x);
            Equal(arrays.Tensor($"{name}.spike{part}"), spikes, name, "spike");
            Close(arrays.Tensor($"{name}.v{part}"), neuron.V!, 1e-5, name, "v");
            (spikes * arrays.Tensor($"{name}.g{part}")).sum().backward();
            Close(arrays.Tensor($"{name}.grad_x{part}"), x.grad!, 2e-5, name, "grad_x");
            Functional.Detach(neuron);
        }
    }

    private static SpikingNeuron Build(JsonElement constants, Surrogate surrogate)
    {
        double Number(string name, double fallback) => constants.TryGetProperty(name, out var value) ? value.GetDouble() : fallback;
        bool Flag(string name, bool fallback) => constants.TryGetProperty(name, out var value) ? value.GetBoolean() : fallback;
        double? reset = constants.GetProperty("v_reset").ValueKind == JsonValueKind.Null ? null : constants.GetProperty("v_reset").GetDouble();
        var (threshold, detach, decay) = (Number("v_threshold", 1), Flag("detach_reset", false), Flag("decay_input", true));
        return constants.GetProperty("neuron").GetString() switch
        {
            "IFNode" => new IFNode(threshold, reset, detach, surrogate),
            "LIFNode" => new LIFNode(Number("tau", 2), decay, threshold, reset, detach, surrogate),
            _ => new ParametricLIFNode(Number("init_tau", 2), decay, threshold, reset, detach, surrogate),
        };
    }

    private static Surrogate? Surrogate(JsonElement constants) => constants.GetProperty("surrogate").GetString() switch
    {
        "ATan" => new ATan(),
        "Sigmoid" => new Sigmoid(),
        _ => null,
    };

    private static void Equal(Tensor expected, Tensor found, string name, string field) =>
        Assert.True(expected.equal(found).all().item<bool>(), $"{name}: {field} differs in {expected.ne(found).sum().item<long>()} places");

    private static void Close(Tensor expected, Tensor found, double tolerance, string name, string field)
    {
        var bound = expected.dtype == ScalarType.Float64 ? 1e-12 : tolerance;
        var excess = ((expected - found.detach()).abs() - (bound + (bound * expected.abs()))).max().to(ScalarType.Float64).item<double>();
        Assert.True(excess <= 0, $"{name}: {field} is off by {excess} more than {bound} allows");
    }
}
