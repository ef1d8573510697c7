using SnnNotebooks.Exchange;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;

namespace SnnNotebooks.Tests.Exchange;

public sealed class NeuronFieldsTests
{
    private const string Usual = "threshold 1, reset to 0, Sigmoid(alpha=4)";
    private const string Soft = "threshold 1, soft reset, Sigmoid(alpha=4)";
    private const string Readout = "threshold Infinity, soft reset, reset detached, Sigmoid(alpha=4)";
    private const string Leak = "LIFDynamics { Tau = 2, DecayInput = True, Rest = 0 }";

    /// <summary>Neurons and the line that version 0.1.0 described each with.</summary>
    private static readonly (SpikingNeuron Neuron, string Line)[] Earlier =
    [
        (new IFNode(), $"ChargeOnly {{ Dynamics = IFDynamics {{ }} }}, {Usual}"),
        (new LIFNode(), $"ChargeOnly {{ Dynamics = {Leak} }}, {Usual}"),
        (new LIFNode(3.7, false, 0.7, -0.25, true, new ATan()),
            "ChargeOnly { Dynamics = LIFDynamics { Tau = 3.7, DecayInput = False, Rest = -0.25 } }, "
            + "threshold 0.7, reset to -0.25, reset detached, ATan(alpha=2)"),
        (new LIFNode(reset: null), $"ChargeOnly {{ Dynamics = {Leak} }}, {Soft}"),
        (new ParametricLIFNode(), $"PLIFEquation {{ DecayInput = True, Rest = 0 }}, {Usual}"),
        (new QIFNode(), "ChargeOnly { Dynamics = QIFDynamics { Tau = 2, Critical = 0.8, Strength = 1, Rest = 0 } }, "
            + "threshold 1, reset to -0.1, Sigmoid(alpha=4)"),
        (new EIFNode(), "ChargeOnly { Dynamics = EIFDynamics { Tau = 2, Sharpness = 1, Rheobase = 0.8, Rest = 0 } }, "
            + "threshold 1, reset to -0.1, Sigmoid(alpha=4)"),
        (new IzhikevichNode(),
            "IzhikevichEquation { Tau = 2, Critical = 0.8, Strength = 1, Rest = -0.1, AdaptationTau = 2, Coupling = 0, Jump = 0 }, "
            + Usual),
        (new ALIFNode(reset: null), $"ALIFEquation {{ Leak = {Leak}, Adaptation = 1.8, Decay = 0.9 }}, {Soft}"),
        (new CLIFNode(), $"CLIFEquation {{ Tau = 2 }}, {Soft}"),
        (new CUBALIFNode(), "CUBALIFEquation { CurrentDecay = 0.5, PotentialDecay = 0.75 }, threshold 0.5, reset to 0, Rect(alpha=1)"),
        (new KLIFNode(), $"KLIFEquation {{ Leak = {Leak}, ScaleReset = False }}, {Usual}"),
        (new LIAFNode(), $"LIAFEquation {{ Leak = {Leak}, Activation = Relu, ThresholdRelated = False }}, {Usual}"),
        (new ILIFNode(), "ILIFEquation { Leak = LIFDynamics { Tau = 1.3333333333333333, DecayInput = False, Rest = 0 } }, "
            + "threshold 1, soft reset, MultiLevelSpikeCount(max_spike_count=4, grad_window.0=0, grad_window.1=4)"),
        (new SimpleIFNode(), $"ChargeOnly {{ Dynamics = IFDynamics {{ }} }}, {Usual}"),
        (new SimpleLIFNode(), $"ChargeOnly {{ Dynamics = {Leak} }}, {Usual}"),
        (new HalfThresholdIFNode(), $"ChargeOnly {{ Dynamics = IFDynamics {{ }} }}, {Soft}"),
        (new NonSpikingIFNode(), $"NonSpikingEquation {{ Dynamics = IFDynamics {{ }} }}, {Readout}"),
        (new NonSpikingLIFNode(), $"NonSpikingEquation {{ Dynamics = {Leak} }}, {Readout}"),
        (new SLTTLIFNode(), $"ChargeOnly {{ Dynamics = {Leak} }}, {Usual}".Replace(
            "reset to 0", "reset to 0, reset detached", StringComparison.Ordinal)),
    ];

    [Fact]
    public void Lines_of_earlier_checkpoints_are_still_understood()
    {
        foreach (var (neuron, line) in Earlier)
        {
            Assert.Empty(Differences(neuron, "snn.neurons", $$"""{"0":"{{line}}"}"""));
            var other = line.Replace("threshold ", "threshold 1", StringComparison.Ordinal);
            Assert.Single(Differences(neuron, "snn.neurons", $$"""{"0":"{{other}}"}"""));
        }
    }

    [Fact]
    public void What_a_checkpoint_says_of_neurons_is_compared_field_by_field()
    {
        using var neuron = new LIFNode(tau: 3);

        Assert.Equal(["kind", "tau", "threshold", "reset", "decayInput", "detachReset", "surrogate"], neuron.Fields.Keys);
        IReadOnlyList<string> Found(string fields) => Differences(neuron, "snn.neuron_fields", fields);

        Assert.Empty(
            Found("""{"version":1,"neurons":{"0":{"kind":"LIFNode","tau":"3","of later versions":"x"},"elsewhere":{"tau":"9"}}}"""));
        var difference = Assert.Single(Found("""{"version":1,"neurons":{"0":{"tau":"2"}}}"""));
        Assert.Contains("tau 3, the checkpoint's had 2", difference, StringComparison.Ordinal);
        Assert.Contains("version 2", Assert.Single(Found("""{"version":2}""")), StringComparison.Ordinal);
        foreach (var damaged in new[]
        {
            "", "{", "[]", "7", "{}", """{"version":"1"}""", """{"version":1}""", """{"version":1,"neurons":[]}""",
            """{"version":1,"neurons":{"0":1}}""", """{"version":1,"neurons":{"0":{"tau":2}}}""",
        })
        {
            Assert.Contains("damaged", Assert.Single(Found(damaged)), StringComparison.Ordinal);
        }

        neuron.Learn("tau");
        Assert.Equal("learned", neuron.Fields["tau"]);
    }

    private static IReadOnlyList<string> Differences(SpikingNeuron neuron, string entry, string text)
    {
        using var network = torch.nn.Sequential(neuron);
        return NeuronDynamics.Differences(network, new Dictionary<string, string> { [entry] = text });
    }
}
