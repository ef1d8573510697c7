using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// A parallel neuron that sees the last k inputs only, so that it can be run step by step: it remembers them then. A sequence in one call
/// starts anew; single steps go on until <see cref="Functional.Reset"/>.
/// </summary>
public abstract class SteppedParallelNeuron : ParallelNeuron, IStateValue, IStepMode
{
    private const string StepName = "t";

    private readonly List<Tensor> queue = [];
    private int step;

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="order">k, at least 1.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="ATan"/> where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is below 1.</exception>
    protected SteppedParallelNeuron(string name, int order, Surrogate? surrogate)
        : base(name, surrogate) => Order = NeuronConstant.AtLeast1(order);

    /// <summary>k.</summary>
    public int Order { get; }

    /// <inheritdoc/>
    public StepMode StepMode { get; set; }

    /// <inheritdoc/>
    public sealed override bool NeedsWholeSequence => StepMode == StepMode.Multi;

    /// <inheritdoc/>
    public void Reset()
    {
        step = 0;
        queue.ForEach(input => input.Dispose());
        queue.Clear();
    }

    /// <inheritdoc/>
    public void Detach()
    {
        for (var i = 0; i < queue.Count; i++)
        {
            using var attached = queue[i];
            queue[i] = attached.detach().DetachFromDisposeScope();
        }
    }

    /// <summary>The inputs as <c>x[t-1]</c>, <c>x[t-2]</c>, ... and the number of the step as <c>t</c>; nothing before the first.</summary>
    /// <returns>Names and tensors, [N, ...] each and a number for <c>t</c>; the caller disposes them.</returns>
    public IReadOnlyList<(string Name, Tensor Value)> TakeState()
    {
        if (queue.Count == 0)
        {
            return [];
        }

        (string, Tensor)[] taken =
            [.. queue.Select((input, i) => (InputName(queue.Count - i), input)), (StepName, tensor((long)step).DetachFromDisposeScope())];
        queue.Clear();
        step = 0;
        return taken;
    }

    /// <inheritdoc/>
    public void PutState(IReadOnlyList<(string Name, Tensor Value)> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Where((entry, i) => entry.Name != (i < state.Count - 1 ? InputName(state.Count - 1 - i) : StepName)).Any())
        {
            throw new ArgumentException(
                "The state of a parallel neuron is its last inputs and its step, x[t-1] and t; it was given "
                + $"{string.Join(", ", state.Select(entry => entry.Name))}.", nameof(state));
        }

        Reset();
        if (state.Count > 0)
        {
            queue.AddRange(state.SkipLast(1).Select(entry => entry.Value));
            using var given = state[^1].Value;
            step = (int)given.item<long>();
        }
    }

    /// <summary>The potentials of a whole sequence less the threshold.</summary>
    /// <param name="input">[T, N, ...].</param>
    /// <returns>[T, N, ...].</returns>
    protected abstract Tensor Sequence(Tensor input);

    /// <summary>What a single step adds up.</summary>
    /// <param name="t">The number of the step, from 0.</param>
    /// <param name="count">How many inputs there are: those of this step and of the last ones, <see cref="Order"/> at most.</param>
    /// <returns>The weights of these inputs, the oldest first, [count], and the bias.</returns>
    protected abstract (Tensor Weights, Tensor Bias) Single(int t, int count);

    /// <inheritdoc/>
    protected sealed override Tensor Charge(Tensor input)
    {
        if (input.dim() < (StepMode == StepMode.Multi ? 2 : 1) || (StepMode == StepMode.Multi && input.size(0) < 1))
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", input.shape)}]; expected "
                + $"{(StepMode == StepMode.Multi ? "[T, N, ...] with T of at least 1" : "[N, ...]")}.", nameof(input));
        }

        if (StepMode == StepMode.Multi)
        {
            return Sequence(input);
        }

        if (queue.Count > 0 && !queue[0].shape.SequenceEqual(input.shape))
        {
            throw new InvalidOperationException(
                $"{GetName()} remembers inputs of shape [{string.Join(", ", queue[0].shape)}], and this one has "
                + $"[{string.Join(", ", input.shape)}]: call Functional.Reset(network) between inputs that do not continue each other.");
        }

        var (weights, bias) = Single(step, Math.Min(queue.Count + 1, Order));
        step++;
        queue.Add(input.alias().DetachFromDisposeScope());
        if (queue.Count > Order)
        {
            queue[0].Dispose();
            queue.RemoveAt(0);
        }

        return bias + tensordot(weights, stack([.. queue.Select(last => last.to(weights.dtype).to(weights.device))]), [0], [0]);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Reset();
        }

        base.Dispose(disposing);
    }

    private static string InputName(int ago) => $"x[t-{ago}]";
}
