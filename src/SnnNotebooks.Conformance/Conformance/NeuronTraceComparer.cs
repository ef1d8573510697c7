using System.Text.Json;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance;

/// <summary>
/// One IF or LIF neuron as the visual-cortex papers set it: spikes, potentials, and the gradient of sum t S[t], t from 1.
/// </summary>
internal sealed class NeuronTraceComparer : INetworkComparer
{
    public bool Claims(string name) => name is "LIF" or "IF";

    public ConformanceResult Compare(string name, JsonElement reference)
    {
        using SpikingNeuron neuron = name == "LIF"
            ? new LIFNode(tau: 2, detachReset: true, surrogate: new ATan())
            : new IFNode(detachReset: true, surrogate: new ATan());
        var input = tensor(ReferenceWeights.Flat(reference.GetProperty("x")).Select(value => (float)value).ToArray()).unsqueeze(1)
            .requires_grad_();
        var potentials = neuron.Trace(input.detach().squeeze(1)).Potential;
        var spikes = neuron.call(input);
        (spikes.squeeze(1) * arange(1, input.shape[0] + 1)).sum().backward();
        return ReferenceWeights.Result(
            name,
            ReferenceWeights.Difference(
                "spike", ReferenceWeights.Numbers(spikes), ReferenceWeights.Flat(reference.GetProperty("spike")), 0),
            ReferenceWeights.Difference("v", potentials, ReferenceWeights.Flat(reference.GetProperty("v")), 1e-6),
            ReferenceWeights.Difference("grad_of_sum_t_s", ReferenceWeights.Numbers(input.grad!),
                ReferenceWeights.Flat(reference.GetProperty("grad_of_sum_t_s")), 1e-5));
    }
}
