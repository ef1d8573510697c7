using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Energy;

/// <summary>Runs a network once and notes what models of energy need.</summary>
public static class EnergyRecorder
{
    /// <summary>Runs a network in evaluation mode; its mode is restored, its state reset.</summary>
    /// <param name="network">The network; its state is reset before the input.</param>
    /// <param name="input">An input as the network takes it.</param>
    /// <param name="samples">How many inputs it holds, at least 1.</param>
    /// <param name="crossbar">Input channels that a crossbar holds, at least 1, for <see cref="SpikeSimEventEnergy"/>.</param>
    /// <param name="gradients">Whether it runs with gradients and notes where a training needs them, for
    /// <see cref="NeuroMcTrainingEnergy"/>; it takes the memory of a training step.</param>
    /// <returns>What happened.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="samples"/> is below 1, or <paramref name="crossbar"/> is below
    /// 1.</exception>
    public static EnergyRun Record(
        nn.Module<Tensor, Tensor> network, Tensor input, long samples, int crossbar = 64, bool gradients = false)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(crossbar, 1);
        var recording = new Recording(network, samples, crossbar);
        var training = network.training;
        try
        {
            using var scope = NewDisposeScope();
            using var mode = gradients ? enable_grad() : no_grad();
            network.eval();
            foreach (var neuron in gradients ? network.modules().OfType<SpikingNeuron>() : [])
            {
                neuron.train(); // in evaluation mode no gradient flows through a spike
            }

            Functional.Reset(network);
            network.call(input.to(ComputeDevice.Of(network)));
        }
        finally
        {
            recording.Stop();
            Functional.Reset(network);
            network.train(training);
        }

        return new EnergyRun(recording.Layers, recording.Neurons, samples, recording.Uncounted)
        {
            Trained = gradients ? Trained(network) : null,
        };
    }

    private static TrainedParameters Trained(nn.Module network)
    {
        var learning = network.parameters().Where(parameter => parameter.requires_grad).ToLookup(parameter => parameter.dim() <= 1);
        return new TrainedParameters(
            learning[true].Sum(parameter => parameter.numel()), learning[false].Sum(parameter => parameter.numel()));
    }

    private sealed class Recording
    {
        private readonly List<Action> removals = [];
        private readonly int crossbar;

        public Recording(nn.Module network, long samples, int crossbar)
        {
            this.crossbar = crossbar;
            foreach (var (name, module) in network.named_modules().Append((name: string.Empty, module: network))
                .DistinctBy(each => each.module))
            {
                switch (module)
                {
                    case Linear linear:
                        Listen(linear, (x, y) => Mapped(name, x, y, linear.weight!, linear.bias is not null));
                        break;
                    case Convolution { transposed: false } convolution:
                        Listen(convolution, (x, y) => Convolved(name, x, y, convolution));
                        break;
                    case nn.Module<Tensor, Tensor> layer when layer is ITokenMap map:
                        Listen(layer, (x, y) => Mapped(name, x, y, map.Weight, map.HasBias));
                        break;
                    case BatchNorm normalisation:
                        Listen(normalisation, (x, y) => Layers.Add(Of(name, LayerKind.Normalisation, x, y) with
                        {
                            Weights = normalisation.weight is null ? 0 : x.numel(), OutputChannels = x.shape[1],
                            Steps = (double)x.shape[0] / samples, NeedsWeightGradient = y.requires_grad && !x.requires_grad,
                        }));
                        break;
                    case AvgPool2d pooling:
                        Listen(pooling, (x, y) => Layers.Add(Of(name, LayerKind.AveragePooling, x, y) with
                        {
                            Kernel = pooling.kernel_size is [var side] ? [side, side] : [.. pooling.kernel_size],
                        }));
                        break;
                    case IFNode or LIFNode:
                        Listen((SpikingNeuron)module, (x, y) => Fired(name, (SpikingNeuron)module, x, y));
                        break;
                    case SpikingNeuron or IAttention or Convolution or LSTM or GRU or RNN:
                        Uncounted.Add($"{(name.Length == 0 ? "the network" : name)} ({module.GetName()})");
                        break;
                }
            }
        }

        public List<LayerRun> Layers { get; } = [];

        public List<NeuronRun> Neurons { get; } = [];

        public List<string> Uncounted { get; } = [];

        public void Stop() => removals.ForEach(remove => remove());

        private static bool IsSpiking(Tensor values) => values.eq(0).logical_or(values.eq(1)).all().item<bool>();

        private static LayerRun Of(string name, LayerKind kind, Tensor x, Tensor y) => new(
            name, kind, IsSpiking(x), x.numel(), x.count_nonzero().item<long>(), y.numel(), y.count_nonzero().item<long>(), IsSpiking(y),
            0, 0, 1, 1, 1, [], 0)
        {
            NeedsInputGradient = x.requires_grad,
        };

        private void Listen(nn.Module<Tensor, Tensor> module, Action<Tensor, Tensor> heard) =>
            removals.Add(module.register_forward_hook((_, x, y) =>
            {
                using var scope = NewDisposeScope();
                using var off = no_grad();
                heard(x, y);
                return y;
            }).remove);

        private void Mapped(string name, Tensor x, Tensor y, Tensor weight, bool hasBias)
        {
            var call = Of(name, LayerKind.Linear, x, y);
            Layers.Add(call with
            {
                Weights = weight.numel(), Biases = hasBias ? weight.shape[0] : 0, InputChannels = weight.shape[1],
                OutputChannels = weight.shape[0], Products = (double)call.NonzeroInputs * weight.shape[0],
                NeedsWeightGradient = weight.requires_grad,
            });
        }

        private void Convolved(string name, Tensor x, Tensor y, Convolution convolution)
        {
            var (geometry, weight) = (ConvolutionGeometry.Of(convolution), convolution.weight!);
            var batched = x.dim() == weight.dim() ? x : x.unsqueeze(0);

            // ones and zeros against the weights of a group's outputs, one of which stands for all
            var one = ones([convolution.groups, .. weight.shape[1..]], dtype: ScalarType.Float64, device: weight.device);
            var reached = geometry.Convolve(batched.ne(0).to(ScalarType.Float64), one, null).sum().item<double>();
            var call = Of(name, LayerKind.Convolution, x, y);
            var mapped = call.IsSpiking && geometry is { Kernel.Count: 2, Groups: 1 };
            Layers.Add(call with
            {
                Weights = weight.numel(), Biases = convolution.bias?.numel() ?? 0, InputChannels = weight.shape[1],
                OutputChannels = weight.shape[0], Groups = convolution.groups, Kernel = weight.shape[2..],
                Products = reached * (weight.shape[0] / convolution.groups), NeedsWeightGradient = weight.requires_grad,
                Activity = mapped ? CrossbarActivity.Of(batched, geometry, crossbar) : null,
            });
        }

        private void Fired(string name, SpikingNeuron neuron, Tensor x, Tensor y)
        {
            var (input, output) = neuron.StepMode == StepMode.Multi ? (x, y) : (x.unsqueeze(0), y.unsqueeze(0));
            foreach (var (current, spikes) in input.unbind(0).Zip(output.unbind(0)))
            {
                Neurons.Add(NeuronTraffic.Step(name, neuron, current, spikes.count_nonzero().item<long>()) with
                {
                    NeedsGradient = y.requires_grad,
                });
            }
        }
    }
}
