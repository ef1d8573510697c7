using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Learning;

/// <summary>
/// Applies STDP to a synapse and the neurons behind it: it listens to both while the network runs, and <see cref="Step"/> turns what it
/// heard into a gradient, -dW, so that any optimizer applies it (plain SGD with a learning rate of 1 adds dW).
/// </summary>
public sealed class StdpLearner : IDisposable
{
    private readonly nn.Module<Tensor, Tensor> synapse;
    private readonly SpikingNeuron neuron;
    private readonly TorchSharp.Modules.Parameter weight;
    private readonly Stdp rule;
    private readonly List<Action> unhook = [];
    private readonly Queue<Tensor> inputs = new();
    private readonly Queue<Tensor> outputs = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="synapse">Linear, Conv1d or Conv2d (the layer itself, also where it runs inside a container over time).</param>
    /// <param name="neuron">The neurons it drives, in either step mode.</param>
    /// <param name="options">Time constants and weight dependence.</param>
    /// <exception cref="ArgumentException">STDP is not defined for the synapse.</exception>
    public StdpLearner(nn.Module<Tensor, Tensor> synapse, SpikingNeuron neuron, StdpOptions options)
    {
        ArgumentNullException.ThrowIfNull(synapse);
        ArgumentNullException.ThrowIfNull(neuron);
        (this.synapse, this.neuron) = (synapse, neuron);
        rule = new Stdp(SynapseGeometry.Of(synapse), options);
        weight = synapse.named_parameters().Single(parameter => parameter.name == "weight").parameter;
        unhook.Add(synapse.register_forward_pre_hook((_, input) => Hear(inputs, input)).remove);
        unhook.Add(neuron.register_forward_hook((_, _, output) => Hear(outputs, output)).remove);
    }

    /// <summary>Turns what was heard since the last call into weight changes, and forgets it; the traces go on.</summary>
    /// <param name="scale">Factor of the change.</param>
    /// <param name="onGradient">True: -dW is added to the weight's gradient. False: the weight itself is left alone and only dW is given
    /// back.</param>
    /// <returns>dW times <paramref name="scale"/>, in the shape of the weights; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The input of the synapse and the output of the neurons do not fit each other.</exception>
    /// <exception cref="InvalidOperationException">The synapse and the neurons were not run equally often, or not on one
    /// sequence.</exception>
    public Tensor Step(double scale = 1, bool onGradient = true)
    {
        if (inputs.Count != outputs.Count)
        {
            throw new InvalidOperationException(
                $"{synapse.GetName()} was run {inputs.Count} times and {neuron.GetName()} {outputs.Count} times since the last step; a "
                + "learner needs a synapse and the neurons right behind it.");
        }

        using var scope = NewDisposeScope();
        using var off = no_grad();
        var change = zeros_like(weight);
        while (inputs.TryDequeue(out var input))
        {
            using var output = outputs.Dequeue();
            using (input)
            {
                foreach (var (pre, post) in Steps(input, output))
                {
                    change.add_(rule.Step(weight, pre, post));
                }
            }
        }

        change.mul_(scale);
        if (onGradient)
        {
            weight.grad = (weight.grad is { } former ? former - change : change.neg()).DetachFromDisposeScope();
        }

        return change.MoveToOuterDisposeScope();
    }

    /// <summary>Forgets what was heard, and the traces.</summary>
    public void Reset()
    {
        rule.Reset();
        foreach (var heard in inputs.Concat(outputs))
        {
            heard.Dispose();
        }

        inputs.Clear();
        outputs.Clear();
    }

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        unhook.ForEach(remove => remove());
        Reset();
        rule.Dispose();
    }

    private static Tensor Hear(Queue<Tensor> heard, Tensor value)
    {
        heard.Enqueue(value.detach().DetachFromDisposeScope());
        return value;
    }

    /// <summary>
    /// Single steps as they are; a sequence [T, B, ...] step by step. Its input may be folded to [T*B, ...], or be [B, ...] where
    /// <see cref="Layers.OverTime"/> computed a repeated input once.
    /// </summary>
    private IEnumerable<(Tensor Pre, Tensor Post)> Steps(Tensor input, Tensor output)
    {
        if (neuron.StepMode == StepMode.Single)
        {
            return [(input, output)];
        }

        if (output.dim() >= 2 && input.dim() >= 1)
        {
            var (steps, batch) = (output.shape[0], output.shape[1]);
            var sequence = input.dim() == output.dim() && input.shape[0] == steps ? input
                : input.shape[0] == steps * batch ? input.unflatten(0, [steps, batch])
                : input.shape[0] == batch ? input.unsqueeze(0).expand([steps, .. input.shape])
                : null;
            if (sequence is not null)
            {
                return sequence.unbind(0).Zip(output.unbind(0));
            }
        }

        throw new InvalidOperationException(
            $"{synapse.GetName()} was given [{string.Join(", ", input.shape)}] and {neuron.GetName()} gave "
            + $"[{string.Join(", ", output.shape)}], which are not the input [T, B, ...] or [T*B, ...] and the output [T, B, ...] of one "
            + "sequence; a learner needs a synapse and the neurons right behind it. Call Reset() before the next run.");
    }
}
