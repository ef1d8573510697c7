using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.NeuroBench;

/// <summary>A network that learns a series and goes on with it alone.</summary>
public interface IForecaster
{
    /// <summary>The network, whose forward pass [T, 1] gives T predictions [T, 1]: it is given the first value and then its own.</summary>
    nn.Module<Tensor, Tensor> Network { get; }

    /// <summary>Learns to predict each value from those before, and stands at the end of the series.</summary>
    /// <param name="series">[T + 1], float64: T inputs, each with the next value as its target.</param>
    void Fit(Tensor series);
}
