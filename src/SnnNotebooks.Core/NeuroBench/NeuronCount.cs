using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.NeuroBench;

/// <summary>NeuroBench's activation sparsity, membrane updates and neuron operations of all calls since it was made.</summary>
internal sealed class NeuronCount : IDisposable
{
    private readonly List<Layer> layers = [];
    private readonly List<Action> removals = [];

    public NeuronCount(nn.Module network)
    {
        foreach (var (name, module) in network.named_modules().Append((name: string.Empty, module: network))
            .DistinctBy(each => each.module))
        {
            if (module is SpikingNeuron neuron)
            {
                Watch(name, neuron);
            }
            else if (module is nn.Module<Tensor, Tensor> activation && IsActivation(activation))
            {
                var layer = Listen(name, activation);
                if (module is not (ReLU or TorchSharp.Modules.Sigmoid))
                {
                    Uncounted.Add($"{SynapseCount.Place(name, module)}: membrane updates");
                }
            }
        }
    }

    public double Updates => layers.Sum(layer => layer.Updates);

    public double Operations => layers.Sum(layer => layer.Updates * layer.PerUpdate);

    public double DenseOperations => layers.Sum(layer => layer.Steps * layer.PerUpdate);

    public List<string> Uncounted { get; } = [];

    /// <summary>Zeros over all outputs of each layer.</summary>
    public IReadOnlyList<LayerSparsity> Layers =>
        [.. layers.Where(layer => layer.All > 0).Select(layer => new LayerSparsity(layer.Name, 1 - (layer.Nonzero / layer.All)))];

    /// <summary>Zeros over all outputs since <see cref="Begin"/>; 0 where there are none.</summary>
    public double BatchSparsity
    {
        get
        {
            var all = layers.Sum(layer => layer.BatchAll);
            return all > 0 ? (all - layers.Sum(layer => layer.BatchNonzero)) / all : 0;
        }
    }

    /// <summary>A batch begins, with all neurons at rest.</summary>
    public void Begin() => layers.ForEach(layer => layer.Begin());

    public void Dispose()
    {
        removals.ForEach(remove => remove());
        Begin();
    }

    private static bool IsActivation(nn.Module module) =>
        module is ReLU or TorchSharp.Modules.Sigmoid or ParallelNeuron or GatedLIFNode or SpikeRateNeuron or FewSpikeNode;

    private void Watch(string name, SpikingNeuron neuron)
    {
        var stored = neuron.StoreVSequence;
        neuron.StoreVSequence = true;
        removals.Add(() => neuron.StoreVSequence = stored);
        var layer = Listen(name, neuron);
        removals.Add(neuron.register_forward_hook((_, _, output) =>
        {
            layer.PerUpdate = NeuronOperations.Of(neuron) ?? 0;
            layer.Charge(neuron.VSequence!);
            return output;
        }).remove);
        if (neuron is not EquationNeuron)
        {
            Uncounted.Add($"{SynapseCount.Place(name, neuron)}: neuron operations, as it is not written as an equation");
        }
    }

    private Layer Listen(string name, nn.Module<Tensor, Tensor> module)
    {
        var layer = new Layer(name);
        layers.Add(layer);
        removals.Add(module.register_forward_hook((_, _, output) =>
        {
            layer.Fire(output);
            return output;
        }).remove);
        return layer;
    }

    private sealed class Layer(string name)
    {
        private Tensor? last;

        public string Name => name;

        public double PerUpdate { get; set; }

        public double Updates { get; private set; }

        /// <summary>Potentials over all time steps.</summary>
        public double Steps { get; private set; }

        public double All { get; private set; }

        public double Nonzero { get; private set; }

        public double BatchAll { get; private set; }

        public double BatchNonzero { get; private set; }

        public void Begin()
        {
            last?.Dispose();
            (last, BatchAll, BatchNonzero) = (null, 0, 0);
        }

        public void Fire(Tensor output)
        {
            using var scope = NewDisposeScope();
            var (all, nonzero) = (output.numel(), output.detach().count_nonzero().item<long>());
            (All, Nonzero) = (All + all, Nonzero + nonzero);
            (BatchAll, BatchNonzero) = (BatchAll + all, BatchNonzero + nonzero);
        }

        /// <summary>Potentials after each step [T, N, ...] that follow those of the call before.</summary>
        public void Charge(Tensor potentials)
        {
            using var scope = NewDisposeScope();
            var now = potentials.detach();
            var (first, steps) = (now[0], now.shape[0]);
            Steps += now.numel();
            Updates += last is null ? first.numel() : first.ne(last).sum().item<long>();
            Updates += now.narrow(0, 1, steps - 1).ne(now.narrow(0, 0, steps - 1)).sum().item<long>();
            last?.Dispose();
            last = now[steps - 1].clone().DetachFromDisposeScope();
        }
    }
}
