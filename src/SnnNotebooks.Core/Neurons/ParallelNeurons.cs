using SnnNotebooks.Layers;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// Parallel spiking neuron: H = W X + b over the time axis at once, S = Theta(H); no reset and no state
/// (W. Fang et al., NeurIPS 2023, arXiv:2304.12760). State dictionary: <c>weight</c> [T, T], <c>bias</c> [T, 1].
/// </summary>
public sealed class PSN : nn.Module<Tensor, Tensor>, ISequenceLayer, IWholeSequence
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="ATan"/> where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 1.</exception>
    public PSN(int steps, Surrogate? surrogate = null)
        : base(nameof(PSN))
    {
        Steps = NeuronConstant.AtLeast1(steps);
        Surrogate = surrogate ?? new ATan();
        (weight, bias) = ParallelWeights.Create(steps);
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
    }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>The surrogate gradient of the spike.</summary>
    public Surrogate Surrogate { get; }

    /// <summary>Runs the neurons.</summary>
    /// <param name="input">[T, N, ...].</param>
    /// <returns>Spikes, 0 or 1, in the shape of the input.</returns>
    /// <exception cref="ArgumentException">The input has another T.</exception>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return Surrogate.Spike(ParallelWeights.Apply(GetName(), weight, bias, input, Steps)).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// Masked parallel spiking neuron: as <see cref="PSN"/>, but each step sees only the last k inputs: the weight is multiplied by
/// lambda mask0 + (1 - lambda) mask1, where mask0 is the band of width k below the diagonal and mask1 is 1 everywhere. Lambda goes
/// from 0 to 1 in training (W. Fang et al., NeurIPS 2023, arXiv:2304.12760).
/// State dictionary: <c>weight</c>, <c>bias</c>, <c>_lambda_</c>, <c>mask0</c>, <c>mask1</c>.
/// </summary>
public sealed class MaskedPSN : nn.Module<Tensor, Tensor>, IStateValue, IStepMode, IWholeSequence
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    [TorchSharp.Utils.ComponentName(Name = "_lambda_")]
    private readonly Tensor lambda;
    private readonly Tensor mask0;
    private readonly Tensor mask1;
    private readonly List<Tensor> queue = [];
    private int step;

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="order">k, at least 1.</param>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="initialLambda">How much of the mask is in force, 0 to 1.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="ATan"/> where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException">A constant is out of its range.</exception>
    public MaskedPSN(int order, int steps, double initialLambda = 0.0, Surrogate? surrogate = null)
        : base(nameof(MaskedPSN))
    {
        Order = NeuronConstant.AtLeast1(order);
        Steps = NeuronConstant.AtLeast1(steps);
        Surrogate = surrogate ?? new ATan();
        (weight, bias) = ParallelWeights.Create(steps);
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
        lambda = tensor((float)NeuronConstant.Fraction(initialLambda));
        mask1 = ones(steps, steps);
        mask0 = mask1.tril().mul(mask1.triu(1 - order));
        register_buffer("_lambda_", lambda);
        register_buffer(nameof(mask0), mask0);
        register_buffer(nameof(mask1), mask1);
    }

    /// <summary>k.</summary>
    public int Order { get; }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>The surrogate gradient of the spike.</summary>
    public Surrogate Surrogate { get; }

    /// <inheritdoc/>
    public StepMode StepMode { get; set; }

    /// <inheritdoc/>
    public bool NeedsWholeSequence => StepMode == StepMode.Multi;

    /// <summary>How much of the mask is in force, 0 to 1. Single steps need 1: before that a step would see the future.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not between 0 and 1.</exception>
    public double Lambda
    {
        get => lambda.item<float>();
        set
        {
            using var off = no_grad();
            lambda.fill_((float)NeuronConstant.Fraction(value));
        }
    }

    /// <summary>Runs the neurons.</summary>
    /// <param name="input">[T, N, ...] in multi-step mode, [N, ...] in single-step mode.</param>
    /// <returns>Spikes, 0 or 1, in the shape of the input.</returns>
    /// <exception cref="ArgumentException">The input has another T.</exception>
    /// <exception cref="InvalidOperationException">A single step where lambda is below 1, or after the last of T steps.</exception>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var masked = ((lambda * mask0) + ((1 - lambda) * mask1)) * weight;
        var charged = StepMode == StepMode.Multi
            ? ParallelWeights.Apply(GetName(), masked, bias, input, Steps)
            : Single(masked, input);
        return Surrogate.Spike(charged).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        step = 0;
        ParallelWeights.Clear(queue);
    }

    /// <inheritdoc/>
    public void Detach() => ParallelWeights.Detach(queue);

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> TakeState()
    {
        var taken = ParallelWeights.Take(queue, step);
        step = 0;
        return taken;
    }

    /// <inheritdoc/>
    public void PutState(IReadOnlyList<(string Name, Tensor Value)> state) => step = ParallelWeights.Put(queue, state);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Reset();
        }

        base.Dispose(disposing);
    }

    private Tensor Single(Tensor masked, Tensor input)
    {
        if (Lambda < 1)
        {
            throw new InvalidOperationException(
                $"{GetName()} is in single-step mode with lambda {Lambda}: each step would see later ones. Set Lambda to 1, or StepMode "
                + "to Multi.");
        }

        if (step >= Steps)
        {
            throw new InvalidOperationException(
                $"{GetName()} has run its {Steps} steps: call Functional.Reset(network) before the next sequence.");
        }

        ParallelWeights.Enqueue(queue, input, Order);
        var used = masked[step].narrow(0, step + 1 - queue.Count, queue.Count);
        var charged = bias[step] + ParallelWeights.Weighted(queue, used);
        step++;
        return charged;
    }
}

/// <summary>
/// Sliding parallel spiking neuron: every step sees the last k inputs with the same weights, H[t] = sum_j w[k-1-j] X[t-j] + b
/// (W. Fang et al., NeurIPS 2023, arXiv:2304.12760). State dictionary: <c>weight</c> [k], <c>bias</c> without axes.
/// </summary>
public sealed class SlidingPSN : nn.Module<Tensor, Tensor>, IStateValue, IStepMode, IWholeSequence
{
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly List<Tensor> queue = [];

    /// <summary>Creates a layer; it takes any number of neurons and steps.</summary>
    /// <param name="order">k, at least 1.</param>
    /// <param name="halving">Whether the weights start as ..., 1/4, 1/2, 1; else at random.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="ATan"/> where none is given.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="order"/> is below 1.</exception>
    public SlidingPSN(int order, bool halving = true, Surrogate? surrogate = null)
        : base(nameof(SlidingPSN))
    {
        Order = NeuronConstant.AtLeast1(order);
        Surrogate = surrogate ?? new ATan();
        var initial = halving
            ? tensor(Enumerable.Range(0, order).Select(i => (float)Math.Pow(2, i + 1 - order)).ToArray())
            : nn.init.kaiming_uniform_(empty(1, order), Math.Sqrt(5)).squeeze(0);
        weight = nn.Parameter(initial);
        bias = nn.Parameter(tensor(-1f));
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
    }

    /// <summary>k.</summary>
    public int Order { get; }

    /// <summary>The surrogate gradient of the spike.</summary>
    public Surrogate Surrogate { get; }

    /// <inheritdoc/>
    public StepMode StepMode { get; set; }

    /// <inheritdoc/>
    public bool NeedsWholeSequence => StepMode == StepMode.Multi;

    /// <summary>Runs the neurons. A multi-step call starts anew; single steps go on until <see cref="Functional.Reset"/>.</summary>
    /// <param name="input">[T, N, ...] in multi-step mode, [N, ...] in single-step mode.</param>
    /// <returns>Spikes, 0 or 1, in the shape of the input.</returns>
    public override Tensor forward(Tensor input)
    {
        FloatingPoint.Require(input, GetName());
        if (input.dim() < (StepMode == StepMode.Multi ? 2 : 1))
        {
            throw new ArgumentException(
                $"{GetName()} was given [{string.Join(", ", input.shape)}]; expected "
                + $"{(StepMode == StepMode.Multi ? "[T, N, ...]" : "[N, ...]")}.", nameof(input));
        }

        using var scope = NewDisposeScope();
        if (StepMode == StepMode.Single)
        {
            ParallelWeights.Enqueue(queue, input, Order);
            return Surrogate.Spike(ParallelWeights.Weighted(queue, weight.narrow(0, Order - queue.Count, queue.Count)) + bias)
                .MoveToOuterDisposeScope();
        }

        // the inputs of all neurons as signals over time, zeros before the first
        var signals = input.flatten(1).t().unsqueeze(1);
        var padded = nn.functional.pad(signals, [Order - 1, 0]);
        var charged = nn.functional.conv1d(padded, weight.to(input.dtype).view(1, 1, -1)).squeeze(1).t().reshape(input.shape);
        return Surrogate.Spike(charged + bias).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Reset() => ParallelWeights.Clear(queue);

    /// <inheritdoc/>
    public void Detach() => ParallelWeights.Detach(queue);

    /// <inheritdoc/>
    public IReadOnlyList<(string Name, Tensor Value)> TakeState() => ParallelWeights.Take(queue, queue.Count);

    /// <inheritdoc/>
    public void PutState(IReadOnlyList<(string Name, Tensor Value)> state) => ParallelWeights.Put(queue, state);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Reset();
        }

        base.Dispose(disposing);
    }
}

/// <summary>What the parallel neurons share: weights over time, and the inputs of the last steps.</summary>
internal static class ParallelWeights
{
    private const string StepName = "t";

    /// <summary>Weight [T, T], uniform as in a linear layer, and bias [T, 1] of -1.</summary>
    public static (Parameter Weight, Parameter Bias) Create(int steps) =>
        (nn.Parameter(nn.init.kaiming_uniform_(empty(steps, steps), Math.Sqrt(5))), nn.Parameter(full([steps, 1], -1f)));

    /// <summary>W X + b over the time axis.</summary>
    public static Tensor Apply(string name, Tensor weight, Tensor bias, Tensor input, int steps)
    {
        FloatingPoint.Require(input, name);
        return input.dim() >= 2 && input.shape[0] == steps
            ? addmm(bias, weight, input.flatten(1), 1, 1).reshape(input.shape)
            : throw new ArgumentException(
                $"{name} was made for T = {steps} and was given [{string.Join(", ", input.shape)}]; expected [{steps}, N, ...].",
                nameof(input));
    }

    /// <summary>Keeps an input; the oldest goes where there are more than <paramref name="order"/>.</summary>
    public static void Enqueue(List<Tensor> queue, Tensor input, int order)
    {
        FloatingPoint.Require(input, "The neuron");
        if (queue.Count > 0 && !queue[0].shape.SequenceEqual(input.shape))
        {
            throw new InvalidOperationException(
                $"The neuron remembers inputs of shape [{string.Join(", ", queue[0].shape)}], and this one has "
                + $"[{string.Join(", ", input.shape)}]: call Functional.Reset(network) between inputs that do not continue each other.");
        }

        queue.Add(input.alias().DetachFromDisposeScope());
        if (queue.Count > order)
        {
            queue[0].Dispose();
            queue.RemoveAt(0);
        }
    }

    /// <summary>The sum of the inputs, each with its weight.</summary>
    public static Tensor Weighted(List<Tensor> queue, Tensor weights) =>
        tensordot(weights, stack([.. queue.Select(input => input.to(weights.dtype).to(weights.device))]), [0], [0]);

    public static void Clear(List<Tensor> queue)
    {
        queue.ForEach(input => input.Dispose());
        queue.Clear();
    }

    /// <summary>The inputs as <c>x[t-1]</c>, <c>x[t-2]</c>, ... and the number of the step as <c>t</c>; nothing before the first.</summary>
    public static IReadOnlyList<(string Name, Tensor Value)> Take(List<Tensor> queue, int step)
    {
        if (queue.Count == 0)
        {
            return [];
        }

        (string, Tensor)[] taken = [.. queue.Select((input, i) => ($"x[t-{queue.Count - i}]", input)),
            (StepName, tensor((long)step).DetachFromDisposeScope())];
        queue.Clear();
        return taken;
    }

    /// <summary>The reverse; gives back the number of the step.</summary>
    public static int Put(List<Tensor> queue, IReadOnlyList<(string Name, Tensor Value)> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Select((entry, i) => entry.Name == (i < state.Count - 1 ? $"x[t-{state.Count - 1 - i}]" : StepName)).Contains(false))
        {
            throw new ArgumentException(
                $"The state of a parallel neuron is its last inputs and its step, x[t-1] and t; it was given "
                + $"{string.Join(", ", state.Select(entry => entry.Name))}.", nameof(state));
        }

        Clear(queue);
        if (state.Count == 0)
        {
            return 0;
        }

        queue.AddRange(state.SkipLast(1).Select(entry => entry.Value));
        using var step = state[^1].Value;
        return (int)step.item<long>();
    }

    public static void Detach(List<Tensor> queue)
    {
        for (var i = 0; i < queue.Count; i++)
        {
            var attached = queue[i];
            queue[i] = attached.detach().DetachFromDisposeScope();
            attached.Dispose();
        }
    }
}
