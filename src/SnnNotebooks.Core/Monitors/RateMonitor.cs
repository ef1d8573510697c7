using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Monitors;

/// <summary>Keeps the mean output of every neuron layer: its firing rate in spikes per neuron and time step.</summary>
/// <param name="network">The network, or one module.</param>
/// <param name="select">Which modules; neurons where none is given.</param>
public sealed class RateMonitor(nn.Module network, Func<nn.Module, bool>? select = null) : ModuleMonitor<double>(network, select)
{
    /// <inheritdoc/>
    protected override Tensor Observe(string name, nn.Module<Tensor, Tensor> module, Tensor output)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        Record(name, output.mean().to(ScalarType.Float64).item<double>());
        return output;
    }
}
