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
/// Modules that draw random numbers (dropout) do not belong in it. Hooks, and monitors with them, see both runs.
/// </summary>
/// <remarks>
/// Worth it where memory is what stops a larger batch, more steps or more layers: it costs one more forward pass in each step. Of a network
/// of the kit <see cref="Functional.Recompute"/> recomputes the blocks, whose parameters keep their names.
/// </remarks>
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
        LayerInput.Require(input, inner);
        using var scope = NewDisposeScope();
        return Node.Run(inner.call, input, [inner], SpikesAsBits).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Computes a part of a network of which nothing is kept for the backward pass but the input, as a module of this class does.
    /// </summary>
    /// <param name="compute">The part: it must give the same results for the same input, from modules that start from rest.</param>
    /// <param name="input">What it takes.</param>
    /// <param name="modules">All modules that it calls: their parameters get gradients, their state and statistics count once.</param>
    /// <returns>What it gives.</returns>
    /// <exception cref="InvalidOperationException">In training, a neuron within does not start from rest.</exception>
    public static Tensor Compute(Func<Tensor, Tensor> compute, Tensor input, params nn.Module[] modules)
    {
        ArgumentNullException.ThrowIfNull(compute);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(modules);
        using var scope = NewDisposeScope();
        return Node.Run(compute, input, modules, spikesAsBits: true).MoveToOuterDisposeScope();
    }

    /// <summary>Both passes as one operation of the graph.</summary>
    private sealed class Node(
        Func<Tensor, Tensor> compute, IReadOnlyList<nn.Module> within, Func<Tensor[], Tensor> unpack, Tensor[] parameters,
        ScalarType? precision) : GraphNode
    {
        public static Tensor Run(Func<Tensor, Tensor> compute, Tensor input, nn.Module[] modules, bool spikesAsBits)
        {
            Tensor[] parameters = [.. modules.SelectMany(module => module.parameters()).Where(parameter => parameter.requires_grad)];
            Tensor[] inputs = [input, .. parameters];
            if (!IsWanted(inputs))
            {
                return compute(input);
            }

            List<nn.Module> within = [.. modules.SelectMany(module => module.modules().Append(module)).Distinct()];
            if (within.OfType<Neurons.SpikingNeuron>().FirstOrDefault(neuron => neuron.V is not null) is { } going)
            {
                throw new InvalidOperationException(
                    $"{going.GetName()} is to be recomputed and still has state: it could not be run a second time from there. Call "
                    + "Functional.Reset(network) before each training step.");
            }

            var precision = Autocast.Type(input.device_type);
            var (kept, unpack) = Kept(input, spikesAsBits);
            return new Node(compute, within, unpack, parameters, precision).Run(inputs, kept, () =>
            {
                using var again = Autocast.Again(input.device_type, precision);
                return [compute(input)];
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

            using var kept = new KeptState(within);
            using var on = enable_grad();
            var (place, input) = Given.Of(unpack(savedTensors));
            Tensor output;
            using (Autocast.Again(input.device_type, precision))
            {
                output = compute(input);
            }

            if (!output.requires_grad)
            {
                return new Tensor?[parameters.Length + 1];
            }

            IEnumerable<Tensor> gradients = [];
            BackwardPass.Run(
                output,
                start =>
                {
                    // the graph has what it needs of them
                    input.Dispose();
                    output.Dispose();
                    gradients = autograd.grad([start], [place, .. parameters], [gradient], allow_unused: true);
                },
                letsGo: true);
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

        public KeptState(IReadOnlyList<nn.Module> modules)
        {
            foreach (var module in modules)
            {
                if (module is IStateValue holder)
                {
                    var state = holder.TakeState();
                    restore.Add(() => holder.PutState(state));
                }
                else if (module is IStateful)
                {
                    throw new InvalidOperationException(
                        $"{module.GetName()} is to be recomputed, which runs modules twice and cannot take its state out: "
                        + "leave it out.");
                }
            }

            foreach (var module in modules)
            {
                var former = module.named_buffers(recurse: false).ToDictionary(entry => entry.name, entry => entry.buffer.clone());
                restore.Add(() => Restore(module, former));
            }
        }

        /// <summary>Buffers are looked up again: a module may have another tensor in the place of one (RepeatedStatistics).</summary>
        private static void Restore(nn.Module module, Dictionary<string, Tensor> former)
        {
            using var off = no_grad();
            foreach (var (name, buffer) in module.named_buffers(recurse: false))
            {
                buffer.copy_(former[name]);
            }
        }

        public void Dispose() => restore.ForEach(action => action());
    }
}
