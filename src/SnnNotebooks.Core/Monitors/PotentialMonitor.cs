using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Monitors;

/// <summary>
/// Keeps the membrane potentials of every neuron layer after each step's reset, [T, N, ...], without their graph. While it is on, the
/// neurons store them (<see cref="SpikingNeuron.StoreVSequence"/>), which costs the fused backend.
/// </summary>
/// <param name="network">The network, or one module.</param>
public sealed class PotentialMonitor(nn.Module network) : ModuleMonitor<Tensor>(network, module => module is SpikingNeuron)
{
    /// <inheritdoc/>
    protected override Action Watch(string name, nn.Module<Tensor, Tensor> module)
    {
        var neuron = (SpikingNeuron)module;
        var stored = neuron.StoreVSequence;
        neuron.StoreVSequence = true;
        var end = base.Watch(name, module);
        return () =>
        {
            end();
            neuron.StoreVSequence = stored;
        };
    }

    /// <inheritdoc/>
    protected override Tensor Observe(string name, nn.Module<Tensor, Tensor> module, Tensor output)
    {
        Record(name, ((SpikingNeuron)module).VSequence!.detach().DetachFromDisposeScope());
        return output;
    }
}
