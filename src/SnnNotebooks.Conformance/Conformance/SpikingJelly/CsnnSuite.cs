using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.SpikingJelly;

/// <summary>
/// A training step of the convolutional network of SpikingJelly's Fashion-MNIST example: every module's output, the loss, all gradients.
/// </summary>
internal sealed class CsnnSuite : SpikingJellySuite
{
    /// <inheritdoc/>
    protected override bool Covers(string family) => family == "csnn";

    /// <inheritdoc/>
    protected override string? Compare(ReferenceCase reference)
    {
        foreach (var backend in new[] { NeuronBackend.Reference, NeuronBackend.Fused })
        {
            CompareOn(reference, backend);
        }

        return null;
    }

    private static void CompareOn(ReferenceCase reference, NeuronBackend backend)
    {
        var (first, dense, last) = (reference.Shape("w_0.weight"), reference.Shape("w_9.weight"), reference.Shape("w_11.weight"));
        var channels = first[0];
        nn.Module<Tensor, Tensor>[] modules =
        [
            nn.Conv2d(first[1], channels, 3, padding: 1, bias: false), nn.BatchNorm2d(channels), Neuron(), nn.MaxPool2d(2),
            nn.Conv2d(channels, channels, 3, padding: 1, bias: false), nn.BatchNorm2d(channels), Neuron(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(dense[1], dense[0], hasBias: false), Neuron(), nn.Linear(last[1], last[0], hasBias: false), Neuron(),
        ];
        using var network = nn.Sequential(modules.Select((module, i) => ($"{i}", module)).ToArray());
        using (no_grad())
        {
            foreach (var (key, values) in network.state_dict().Where(entry => reference.Has("w_" + entry.Key)))
            {
                values.copy_(reference.Tensor("w_" + key));
            }
        }

        var sequence = TimeRepeat.Repeat(reference.Tensor("x"), (int)reference.Number("T"));
        for (var i = 0; i < modules.Length; i++)
        {
            sequence = modules[i] is SpikingNeuron ? modules[i].call(sequence) : OverTime.Apply(modules[i].call, sequence);
            if (modules[i] is SpikingNeuron)
            {
                reference.Same($"act{i}", sequence);
            }
            else
            {
                reference.Close($"act{i}", sequence, 1e-4);
            }
        }

        var y = sequence.mean([0]);
        var target = nn.functional.one_hot(reference.Tensor("label"), last[0]).to(y.dtype);
        var loss = nn.functional.mse_loss(y, target);
        loss.backward();
        reference.Close("y", y, 1e-6);
        reference.Close("loss", loss, 1e-6);
        foreach (var (key, parameter) in network.named_parameters())
        {
            reference.Close("grad_" + key, parameter.grad!);
        }

        foreach (var (key, buffer) in network.named_buffers())
        {
            reference.Close("after_" + key, buffer, 1e-5);
        }

        IFNode Neuron() => new(surrogate: new ATan()) { Backend = backend };
    }
}
