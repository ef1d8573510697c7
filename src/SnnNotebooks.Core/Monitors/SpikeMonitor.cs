using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Monitors;

/// <summary>Keeps the output of every neuron layer: its spikes [T, N, ...], without their graph.</summary>
/// <param name="network">The network, or one module.</param>
/// <param name="select">Which modules; neurons where none is given.</param>
public sealed class SpikeMonitor(nn.Module network, Func<nn.Module, bool>? select = null) : ModuleMonitor<Tensor>(network, select)
{
    /// <inheritdoc/>
    protected override Tensor Observe(string name, nn.Module<Tensor, Tensor> module, Tensor output)
    {
        Record(name, output.detach().DetachFromDisposeScope());
        return output;
    }
}
