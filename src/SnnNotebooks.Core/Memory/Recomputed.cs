using SnnNotebooks.Layers;
using SnnNotebooks.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Memory;

/// <summary>
/// Saves memory in training: of the modules within, nothing is kept for the backward pass but their input, as bits where it is
/// spikes; there they run a second time (T. Chen et al., arXiv:1604.06174). Results and gradients are those of the modules alone. Whether
/// input on a GPU is spikes the host does not wait to see: there it is kept as bits where it comes straight from a neuron of an equation
/// that gives 0 and 1.
/// Neurons within must start from rest, and no gradient flows through the state they end in; batch normalisation counts a step once.
/// Modules that draw random numbers (dropout) do not belong in it.
/// </summary>
public sealed class Recomputed : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> inner;

    /// <summary>Takes over a module; its parameters appear under <c>inner</c>.</summary>
    /// <param name="inner">What is computed twice.</param>
    /// <param name="spikesAsBits">Whether an input that is all 0 and 1 is kept as bits.</param>
    public Recomputed(nn.Module<Tensor, Tensor> inner, bool spikesAsBits = true)
        : base(nameof(Recomputed))
    {
        ArgumentNullException.ThrowIfNull(inner);
        this.inner = inner;
        SpikesAsBits = spikesAsBits;
        register_module(nameof(inner), inner);
    }

    /// <summary>Whether an input that is all 0 and 1 is kept as bits.</summary>
    public bool SpikesAsBits { get; }

    /// <summary>Applies the module.</summary>
    /// <param name="input">What the module takes.</param>
    /// <returns>What it gives.</returns>
    /// <exception cref="InvalidOperationException">In training, a neuron within does not start from rest.</exception>
    public override Tensor forward(Tensor input)
    {
        ArgumentNullException.ThrowIfNull(input);
        FloatingPoint.Require(input, inner);
        using var scope = NewDisposeScope();
        return Node.Run(inner, input, SpikesAsBits).MoveToOuterDisposeScope();
    }

    /// <summary>Both passes as one operation of the graph.</summary>
    private sealed class Node(nn.Module<Tensor, Tensor> inner, Func<Tensor[], Tensor> unpack, Tensor[] parameters, ScalarType? precision)
        : GraphNode
    {
        public static Tensor Run(nn.Module<Tensor, Tensor> inner, Tensor input, bool spikesAsBits)
        {
            Tensor[] parameters = [.. inner.parameters().Where(parameter => parameter.requires_grad)];
            Tensor[] inputs = [input, .. parameters];
            if (!IsWanted(inputs))
            {
                return inner.call(input);
            }

            if (inner.modules().Append(inner).OfType<Neurons.SpikingNeuron>().FirstOrDefault(neuron => neuron.V is not null) is { } going)
            {
                throw new InvalidOperationException(
                    $"{going.GetName()} is within Recomputed and still has state: it could not be run a second time from there. Call "
                    + "Functional.Reset(network) before each training step.");
            }

            var precision = Autocast.Type(input.device_type);
            var (kept, unpack) = Kept(input, spikesAsBits);
            return new Node(inner, unpack, parameters, precision).Run(inputs, kept, () =>
            {
                using var again = Autocast.Again(input.device_type, precision);
                return [inner.call(input)];
            })[0];
        }

        /// <summary>What is kept of the input until the backward pass, and how it is the input again.</summary>
        private static (Tensor[] Tensors, Func<Tensor[], Tensor> Unpack) Kept(Tensor input, bool spikesAsBits)
        {
            spikesAsBits &= !TimeRepeat.Repeats(input); // one step in memory is little, and is computed as one
            if (spikesAsBits && SpikeBits.TryPack(input) is { } bits)
            {
                return ([], _ => bits.Unpack());
            }

            var (order, type) = (new AxisOrder(input), input.dtype);
            return spikesAsBits && SpikesAsBytes.TryPack(input) is { } bytes
                ? ([bytes], kept => SpikesAsBytes.Unpack(kept[0], order, type))
                : ([input], kept => kept[0].detach());
        }

        protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors)
        {
            if (outputs[0] is not { } gradient)
            {
                return new Tensor?[parameters.Length + 1];
            }

            using var kept = new KeptState(inner);
            using var on = enable_grad();
            var (place, input) = Given.Of(unpack(savedTensors));
            Tensor output;
            using (Autocast.Again(input.device_type, precision))
            {
                output = inner.call(input);
            }

            if (!output.requires_grad)
            {
                return new Tensor?[parameters.Length + 1];
            }

            IEnumerable<Tensor> gradients = [];
            BackwardPass.Run(output, start =>
            {
                // the graph has what it needs of them
                input.Dispose();
                output.Dispose();
                gradients = autograd.grad([start], [place, .. parameters], [gradient], allow_unused: true);
            });
            return [.. gradients.Select(found => found is null || found.IsInvalid ? null : found)];
        }
    }

    /// <summary>An input that gradients flow to, and whose memory can go when no module needs it any more.</summary>
    private sealed class Given : GraphNode
    {
        /// <summary>Takes over an input.</summary>
        /// <param name="values">What modules are to be given; not to be used further.</param>
        /// <returns>A leaf of its shape, without memory, whose gradient is that of the input; and the input.</returns>
        public static (Tensor Place, Tensor Input) Of(Tensor values)
        {
            using var number = zeros([], dtype: values.dtype, device: values.device);
            var place = number.expand(values.shape).requires_grad_();
            var input = new Given().Join([place], [values], [])[0];
            values.Dispose();
            return (place, input);
        }

        protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors) => [outputs[0]];
    }

    /// <summary>Puts the modules back to rest, and at its end their state and statistics to what they were.</summary>
    private sealed class KeptState : IDisposable
    {
        private readonly List<Action> restore = [];

        public KeptState(nn.Module network)
        {
            foreach (var module in network.modules().Append(network).Distinct())
            {
                if (module is IStateValue holder)
                {
                    var state = holder.TakeState();
                    restore.Add(() => holder.PutState(state));
                }
                else if (module is IStateful)
                {
                    throw new InvalidOperationException(
                        $"{module.GetName()} is within Recomputed, which runs modules twice and cannot take its state out: "
                        + "put it outside.");
                }
            }

            foreach (var (_, buffer) in network.named_buffers())
            {
                var former = buffer.clone();
                restore.Add(() =>
                {
                    using var off = no_grad();
                    buffer.copy_(former);
                });
            }
        }

        public void Dispose() => restore.ForEach(action => action());
    }
}
