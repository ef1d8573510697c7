using SnnNotebooks.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Energy;

/// <summary>Synaptic operations of one layer.</summary>
/// <param name="Name">The layer's path in the network.</param>
/// <param name="PerSample">Inputs that were not zero, times their fan-out, for one sample (all time steps together).</param>
/// <param name="IsSpiking">False where the first input seen held other numbers than whole ones: then these are multiplications, not
/// additions.</param>
public sealed record LayerOperations(string Name, double PerSample, bool IsSpiking);

/// <summary>
/// Counts synaptic operations while a network trains: one pass over each layer's input, which its convolution or matrix product makes many
/// times over.
/// Assumptions: an input that is not zero reaches every output of its kernel, also at the border of an image (the count is too high there
/// by what the padding cuts off); an input of 2 counts once; normalisation, pooling and neurons are not counted.
/// </summary>
public sealed class SynapticOperations : IDisposable
{
    private readonly List<Counter> counters = [];

    /// <summary>Begins to listen.</summary>
    /// <param name="network">Its Linear layers and convolutions, transposed ones too, are counted.</param>
    public SynapticOperations(nn.Module network)
    {
        ArgumentNullException.ThrowIfNull(network);
        foreach (var (name, module) in network.named_modules())
        {
            if (module is Linear linear)
            {
                counters.Add(new Counter(name, linear, linear.weight!.shape[0], this));
            }
            else if (module is Convolution convolution)
            {
                counters.Add(new Counter(name, convolution, ConvolutionGeometry.FanOut(convolution), this));
            }
        }
    }

    /// <summary>Whether it counts; a forward pass costs nothing where it does not.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>What was counted since the last call.</summary>
    /// <param name="samples">How many samples were run in this time, at least 1.</param>
    /// <returns>One entry for each layer, in the network's order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="samples"/> is below 1.</exception>
    public IReadOnlyList<LayerOperations> Take(long samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        return [.. counters.Select(counter => counter.Take(samples))];
    }

    /// <summary>Stops listening.</summary>
    public void Dispose() => counters.ForEach(counter => counter.Dispose());

    private sealed class Counter : IDisposable
    {
        private readonly string name;
        private readonly double fanOut;
        private readonly Action remove;
        private readonly Tensor total = zeros(1, dtype: ScalarType.Int64, device: CPU).DetachFromDisposeScope();
        private bool? spiking;

        public Counter(string name, nn.Module<Tensor, Tensor> layer, double fanOut, SynapticOperations owner)
        {
            (this.name, this.fanOut) = (name, fanOut);
            remove = layer.register_forward_pre_hook((_, input) =>
            {
                if (owner.Enabled)
                {
                    Add(input);
                }

                return input;
            }).remove;
        }

        public LayerOperations Take(long samples)
        {
            var count = total.item<long>();
            total.zero_();
            return new LayerOperations(name, count * fanOut / samples, spiking ?? true);
        }

        public void Dispose()
        {
            remove();
            total.Dispose();
        }

        private void Add(Tensor input)
        {
            using var scope = NewDisposeScope();
            using var off = no_grad();
            var values = input.detach();
            spiking ??= values.eq(values.round()).all().item<bool>();
            total.add_(values.count_nonzero().cpu());
        }
    }
}
