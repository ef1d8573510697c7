using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Energy;

/// <summary>
/// Counts the operations of a network while it runs, by the rules Spikingformer was published with (C. Zhou et al., arXiv:2304.11954,
/// <c>energy_consumption_calculation</c>): convolutions and linear layers by the spikes they really got, attention by the rates of queries,
/// keys and values. Normalisation, pooling, neurons, residual additions and means are not charged.
/// </summary>
/// <param name="rules">What an operation costs; the published rules where none are given.</param>
public sealed class EnergyProfiler(EnergyRules? rules = null)
{
    private readonly EnergyRules rules = rules ?? new EnergyRules();

    /// <summary>Runs a network in evaluation mode and counts; its mode is restored.</summary>
    /// <param name="network">The network; its state is reset before every batch.</param>
    /// <param name="batches">Inputs [B, ...].</param>
    /// <param name="timeSteps">T. A first convolution that the network computes once for all time steps is charged T times, as the rules
    /// ask.</param>
    /// <returns>Operations of one input: the mean over all.</returns>
    /// <exception cref="ArgumentException">There is no batch.</exception>
    public EnergyReport Measure(nn.Module<Tensor, Tensor> network, IEnumerable<Tensor> batches, int timeSteps)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentOutOfRangeException.ThrowIfLessThan(timeSteps, 1);
        var counted = new List<(long Size, IReadOnlyList<LayerCost> Layers, IReadOnlyList<AttentionCost> Attention)>();
        var training = network.training;
        network.eval();
        using var off = no_grad();
        var device = ComputeDevice.Of(network);
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            var count = new Count(network, batch.shape[0], timeSteps, rules);
            Functional.Reset(network);
            network.call(batch.to(device));
            Functional.Reset(network);
            count.Stop();
            counted.Add((batch.shape[0], count.Layers, count.Attention()));
        }

        network.train(training);
        return counted.Count > 0
            ? new EnergyReport(
                [.. counted[0].Layers.Select((first, i) => Mean([.. counted.Select(batch => (batch.Size, batch.Layers[i]))]))],
                [.. counted[0].Attention.Select(
                    (first, i) => new AttentionCost(first.Name, Weighted(counted.Select(batch => (batch.Size, batch.Attention[i].Acs)))))],
                rules)
            : throw new ArgumentException("There is no batch to count.", nameof(batches));
    }

    /// <summary>
    /// Operations of the mean input, rates as the mean of the batches' rates; an input that was spikes in some batches only is numbers.
    /// </summary>
    private static LayerCost Mean(IReadOnlyList<(long Size, LayerCost Layer)> batches)
    {
        var spiking = batches.All(batch => batch.Layer.IsSpiking);
        return batches[0].Layer with
        {
            DenseOperations = Weighted(batches.Select(batch => (batch.Size, batch.Layer.DenseOperations))),
            Rate = spiking ? batches.Average(batch => batch.Layer.Rate) : 1,
            IsSpiking = spiking,
            Counted = Weighted(batches.Select(batch => (batch.Size, batch.Layer.Acs))),
        };
    }

    private static double Weighted(IEnumerable<(long Size, double Value)> batches)
    {
        var (sum, inputs) = batches.Aggregate((0.0, 0L), (so, batch) => (so.Item1 + (batch.Size * batch.Value), so.Item2 + batch.Size));
        return sum / inputs;
    }

    /// <summary>The operations of one batch.</summary>
    private sealed class Count
    {
        private readonly nn.Module network;
        private readonly long batch;
        private readonly int steps;
        private readonly EnergyRules rules;
        private readonly List<Action> removals = [];
        private readonly List<(string Name, double Dense, double Weights, double? Rate)> layers = [];
        private readonly Dictionary<string, (double Rate, long[] Shape)> neurons = new(StringComparer.Ordinal);

        public Count(nn.Module network, long batch, int steps, EnergyRules rules)
        {
            (this.network, this.batch, this.steps, this.rules) = (network, batch, steps, rules);
            foreach (var (name, module) in network.named_modules())
            {
                switch (module)
                {
                    case Convolution convolution:
                        Listen(convolution, (input, output) => Convolved(name, convolution, input, output));
                        break;
                    case Linear linear:
                        Listen(linear, (input, _) => Mapped(name, linear.weight!, linear.bias is not null, input));
                        break;
                    case nn.Module<Tensor, Tensor> layer when layer is ITokenMap map:
                        Listen(layer, (input, _) => Mapped(name, map.Weight, map.HasBias, input));
                        break;
                    case SpikingNeuron neuron:
                        Listen(neuron, (_, output) => neurons[name] = (Rate(output), output.shape));
                        break;
                }
            }
        }

        /// <summary>The layers as they are charged.</summary>
        public IReadOnlyList<LayerCost> Layers => [.. layers.Select(Charged)];

        /// <summary>Stops listening.</summary>
        public void Stop() => removals.ForEach(remove => remove());

        public List<AttentionCost> Attention()
        {
            var costs = new List<AttentionCost>();
            foreach (var (name, module) in network.named_modules())
            {
                if (module is IAttention attention && neurons.TryGetValue(name + ".q_lif", out var query))
                {
                    var (tokens, features) = (query.Shape[2], query.Shape[3]);
                    costs.Add(neurons.TryGetValue(name + ".v_lif", out var value)
                        ? AttentionCost.SelfAttention(name, query.Shape[0], attention.Heads, tokens, features / attention.Heads, query.Rate,
                            neurons[name + ".k_lif"].Rate, value.Rate)
                        : AttentionCost.QueryKey(name, query.Shape[0], tokens, features, query.Rate));
                }
            }

            return costs;
        }

        private static double Rate(Tensor spikes) => spikes.to(ScalarType.Float64).mean().item<double>();

        private void Listen(nn.Module<Tensor, Tensor> module, Action<Tensor, Tensor> heard)
        {
            var hook = module.register_forward_hook((_, input, output) =>
            {
                using var scope = NewDisposeScope();
                heard(input.detach(), output.detach());
                return output;
            });
            removals.Add(hook.remove);
        }

        private void Convolved(string name, Convolution convolution, Tensor input, Tensor output)
        {
            // computed once for all time steps
            var times = steps > 1 && input.shape[0] == batch && layers.Count == 0 ? steps : 1;
            var products = ConvolutionGeometry.Products(convolution, input.numel(), output.numel());
            Add(name, products * times, convolution.bias is null ? 0 : (double)output.numel() * times, input);
        }

        private void Mapped(string name, Tensor weight, bool hasBias, Tensor input)
        {
            var places = input.numel() / weight.shape[1];
            Add(name, (double)weight.numel() * places, hasBias ? (double)weight.shape[0] * places : 0, input);
        }

        private void Add(string name, double weights, double bias, Tensor input) =>
            layers.Add((name, (weights + bias) / batch, weights / batch, IsSpiking(input) ? Rate(input) : null));

        private bool IsSpiking(Tensor input)
        {
            var (least, most) = (input.min(), input.max());
            return least.ToDouble() >= 0 && most.ToDouble() <= rules.LargestSpike
                && (rules.LargestSpike > 1
                    ? input.eq(input.round()).all().item<bool>()
                    : input.eq(least).logical_or(input.eq(most)).all().item<bool>());
        }

        private LayerCost Charged((string Name, double Dense, double Weights, double? Rate) layer, int place)
        {
            if (layer.Rate is null && rules.Chained && place > 0 && place < layers.Count - 1)
            {
                var before = layers.Take(place).LastOrDefault(earlier => earlier.Rate is not null);
                return new LayerCost(layer.Name, layer.Dense, before.Rate ?? 1, before.Rate is not null, layer.Weights);
            }

            return new LayerCost(layer.Name, layer.Dense, layer.Rate ?? 1, layer.Rate is not null, layer.Weights);
        }
    }
}
