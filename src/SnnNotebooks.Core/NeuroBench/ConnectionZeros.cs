using SnnNotebooks.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.NeuroBench;

/// <summary>The zeros among a network's weights, as NeuroBench's connection sparsity counts them.</summary>
internal static class ConnectionZeros
{
    /// <summary>Zeros over all weights, 0 to 1; 0 for a network without weights.</summary>
    public static double Share(nn.Module network)
    {
        using var scope = NewDisposeScope();
        var weights = network.modules().Append(network).Distinct().SelectMany(Weights).ToArray();
        var (zeros, all) = (weights.Sum(weight => weight.numel() - weight.count_nonzero().item<long>()), weights.Sum(w => w.numel()));
        return all > 0 ? (double)zeros / all : 0;
    }

    private static IEnumerable<Tensor> Weights(nn.Module module) => module switch
    {
        Linear linear => [linear.weight!],
        Convolution { transposed: false } convolution => [convolution.weight!],
        ITokenMap map => [map.Weight],
        LSTM or GRU or RNN or LSTMCell or GRUCell or RNNCell => module.parameters(recurse: false),
        _ => [],
    };
}
