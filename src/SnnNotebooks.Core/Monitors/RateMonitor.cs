using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Monitors;

/// <summary>
/// Keeps the mean output of every neuron layer: its firing rate in spikes per neuron and time step. Means of a GPU stay there until records
/// are looked at, or a thousand wait: the host does not wait for each.
/// </summary>
/// <param name="network">The network, or one module.</param>
/// <param name="select">Which modules; neurons where none is given.</param>
public sealed class RateMonitor(nn.Module network, Func<nn.Module, bool>? select = null) : ModuleMonitor<double>(network, select)
{
    private const int Most = 1000;

    private readonly List<(string Name, Tensor Mean)> unread = [];

    /// <inheritdoc/>
    protected override Tensor Observe(string name, nn.Module<Tensor, Tensor> module, Tensor output)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        unread.Add((name, output.mean().to(ScalarType.Float64).DetachFromDisposeScope()));
        if (output.device_type == DeviceType.CPU || unread.Count >= Most)
        {
            Settle();
        }

        return output;
    }

    /// <inheritdoc/>
    protected override void Settle()
    {
        foreach (var (name, mean) in unread)
        {
            using (mean)
            {
                Record(name, mean.item<double>());
            }
        }

        unread.Clear();
    }
}
