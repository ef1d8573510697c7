using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.Models;

/// <summary>
/// Records the mean output of every neuron layer of a network, and its spikes; or, given another recorder, puts that one's spikes in
/// the place of the network's own, so that differences do not travel from layer to layer.
/// </summary>
/// <param name="teacher">Whose spikes every layer passes on; null to leave the network to itself.</param>
/// <param name="keepsSpikes">Whether to keep the spikes of all passes for another recorder.</param>
internal sealed class RateRecorder(RateRecorder? teacher = null, bool keepsSpikes = false) : IDisposable
{
    private readonly Dictionary<(string Pass, string Layer), Tensor> spikes = [];
    private readonly Dictionary<string, double> rates = new(StringComparer.Ordinal);
    private string pass = string.Empty;

    /// <summary>Mean outputs of the present pass.</summary>
    public IReadOnlyDictionary<string, double> Rates => rates;

    /// <summary>Begins a pass.</summary>
    public void Begin(string name)
    {
        pass = name;
        rates.Clear();
    }

    /// <summary>Listens to every neuron layer of a network.</summary>
    public void Attach(nn.Module network)
    {
        foreach (var (name, module) in network.named_modules())
        {
            if (module is SpikingNeuron neuron)
            {
                neuron.register_forward_hook((_, _, output) => Record(name, output));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var kept in spikes.Values)
        {
            kept.Dispose();
        }
    }

    private Tensor Record(string layer, Tensor output)
    {
        using var sum = output.detach().sum(ScalarType.Float64);
        rates[layer] = sum.item<double>() / output.numel();
        if (teacher is not null)
        {
            return teacher.spikes.TryGetValue((pass, layer), out var given) ? given.to(output.dtype) : output;
        }

        if (keepsSpikes)
        {
            spikes[(pass, layer)] = output.detach().to(ScalarType.Byte).DetachFromDisposeScope();
        }

        return output;
    }
}
