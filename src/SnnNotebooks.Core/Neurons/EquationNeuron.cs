using SnnNotebooks.Native;
using SnnNotebooks.Neurons.Fused;
using SnnNotebooks.Neurons.Fused.Normalisation;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>
/// A layer of point neurons given by an equation: charge, fire and reset, for any number of variables and numbers, each written once
/// over lanes. From it come the reference backend and, differentiated and compiled, the fused forward and backward sweeps. Every number
/// can be learned or differ from neuron to neuron (<see cref="Learn"/>, <see cref="Set"/>). Where one variable and the usual firing are
/// enough, <see cref="PointNeuron"/> is simpler.
/// </summary>
public abstract class EquationNeuron : SpikingNeuron
{
    private readonly (string Name, double Value)[] numbers;
    private readonly Term[] terms;
    // what is learned or set; by its name, as a conversion of the network puts other parameters in their places
    private readonly bool[] given;
    private readonly Tensor?[] entered;
    private FusedKernel? kernel;
    private StepTrace? trace;
    private Lane[] rest = [];

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="variables">The variables' names; the first is the membrane potential <c>v</c>.</param>
    /// <param name="numbers">The equation's numbers besides <c>threshold</c> and <c>reset</c>, by name.</param>
    /// <param name="threshold">Firing threshold.</param>
    /// <param name="reset">Potential after a spike, or null for soft reset.</param>
    /// <param name="detachReset">True where no gradient flows through the spike of the reset.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
    /// <exception cref="ArgumentException">
    /// There is no variable, a name occurs twice, or the surrogate does not give whole spikes.
    /// </exception>
    protected EquationNeuron(
        IReadOnlyList<string> variables,
        IReadOnlyList<(string Name, double Value)> numbers,
        double threshold = 1.0,
        double? reset = 0.0,
        bool detachReset = false,
        Surrogate? surrogate = null)
        : base(variables, threshold, reset, detachReset, surrogate)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        if (!Surrogate.IsStep)
        {
            throw new ArgumentException(
                $"{Surrogate.Name} does not give spikes of 0 or 1, which point neurons fire with; choose another surrogate, such as ATan.",
                nameof(surrogate));
        }

        (string, double)[] resets = reset is { } potential ? [(nameof(reset), potential)] : [];
        this.numbers = [.. numbers, (nameof(threshold), threshold), .. resets];
        if (this.numbers.GroupBy(number => number.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"{GetName()} has two numbers called {twice.Key}.", nameof(numbers));
        }

        if (Array.Find(this.numbers, number => double.IsNaN(number.Value)) is { Name: { } name })
        {
            throw new ArgumentOutOfRangeException(nameof(numbers), $"{GetName()}'s {name} is NaN; expected a number.");
        }

        (given, entered) = (new bool[this.numbers.Length], new Tensor?[this.numbers.Length]);
        terms = Array.ConvertAll(this.numbers, number => Term.Constant(number.Value));
    }

    /// <summary>The names of the equation's numbers, <c>threshold</c> and, with hard reset, <c>reset</c> among them.</summary>
    public IReadOnlyList<string> NumberNames => [.. numbers.Select(number => number.Name)];

    /// <inheritdoc/>
    public sealed override double Threshold => Only("threshold");

    /// <inheritdoc/>
    public sealed override double? ResetPotential => ResetsHard ? Only("reset") : null;

    /// <summary>
    /// Makes a number learnable: a parameter of its name in the state dictionary takes its place. One that is learned already, such as
    /// the <c>k</c> of <see cref="KLIFNode"/>, takes the value and its shape.
    /// </summary>
    /// <param name="number">One of <see cref="NumberNames"/>.</param>
    /// <param name="value">
    /// Where it starts: one element for the whole layer, or a shape that broadcasts over the neurons [N, ...], such as [C, 1, 1] for one
    /// number of each channel. The present value, without axes, where none is given.
    /// </param>
    /// <returns>The parameter, float32 where no value is given.</returns>
    /// <exception cref="ArgumentException">There is no such number, or it is set, or learned already and no value is given, or the value
    /// holds NaN.</exception>
    public Parameter Learn(string number, Tensor? value = null)
    {
        RequireNumbers(value, number);
        if (value is not null && get_parameter(number) is { } learned)
        {
            using var off = no_grad();
            using var copy = value.to(learned.dtype).clone();
            learned.set_(copy);
            return learned;
        }

        var index = Free(number);
        var parameter = nn.Parameter(value is null ? full([], numbers[index].Value, dtype: ScalarType.Float32) : value.detach().clone());
        register_parameter(number, parameter);
        given[index] = true;
        return parameter;
    }

    /// <summary>
    /// Gives neurons a number of their own that is not learned: a buffer of its name in the state dictionary takes its place.
    /// </summary>
    /// <param name="number">One of <see cref="NumberNames"/>.</param>
    /// <param name="value">A shape that broadcasts over the neurons [N, ...], such as [C, 1, 1] for one number of each channel.</param>
    /// <exception cref="ArgumentException">There is no such number, it is learned or set already, or the value holds NaN.</exception>
    public void Set(string number, Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var index = Free(number);
        RequireNumbers(value, number);
        register_buffer(number, value.detach().clone());
        given[index] = true;
    }

    /// <summary>The value of a number, as it enters the equation: without axes where all neurons share it.</summary>
    /// <param name="number">One of <see cref="NumberNames"/>.</param>
    /// <returns>A tensor without gradient; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no such number.</exception>
    public Tensor Value(string number)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var index = Index(number);
        return (Given(index)?.detach() ?? tensor(numbers[index].Value, device: CPU)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// A number of the equation, to write the equation with: the constant it was made with, or what is learned or set in its place.
    /// </summary>
    /// <param name="name">One of <see cref="NumberNames"/>.</param>
    /// <returns>The number, one for all neurons or one for each.</returns>
    /// <exception cref="ArgumentException">There is no such number.</exception>
    protected Lane Number(string name) => new(terms[Index(name)]);

    /// <summary>A learned or set number as it enters the equation, a tensor of the same shape: itself unless overridden.</summary>
    /// <param name="number">Its name.</param>
    /// <param name="value">The parameter or buffer.</param>
    /// <returns>A tensor of the value's shape.</returns>
    protected virtual Tensor Enter(string number, Tensor value) => value;

    /// <summary>The variables after charging.</summary>
    /// <param name="before">The variables after the last step.</param>
    /// <param name="x">Input current, X[t].</param>
    /// <returns>All variables, in order.</returns>
    protected abstract Lane[] Charge(Lane[] before, Lane x);

    /// <summary>What decides about firing: the neuron spikes where this is at least 0. H - threshold unless overridden.</summary>
    /// <param name="charged">The variables after charging.</param>
    /// <returns>The distance to the threshold of each neuron.</returns>
    protected virtual Lane Distance(Lane[] charged) => charged[0] - Number("threshold");

    /// <summary>The variables after firing. Unless overridden the potential is reset and the others stay.</summary>
    /// <param name="charged">The variables after charging.</param>
    /// <param name="spike">S[t], with its gradient.</param>
    /// <param name="resetting">S[t] again; without gradient where the reset is detached.</param>
    /// <returns>All variables, in order.</returns>
    protected virtual Lane[] Fire(Lane[] charged, Lane spike, Lane resetting) => [AfterReset(charged[0], resetting), .. charged[1..]];

    /// <summary>What the layer gives to the next one: S[t] unless overridden.</summary>
    /// <param name="charged">The variables after charging.</param>
    /// <param name="spike">S[t], with its gradient.</param>
    /// <returns>The output of each neuron.</returns>
    protected virtual Lane Output(Lane[] charged, Lane spike) => spike;

    /// <summary>
    /// Where the variables start. Unless overridden the potential starts at the reset potential (0 for soft reset), the others at 0.
    /// </summary>
    /// <returns>All variables, in order; made of numbers only.</returns>
    protected virtual Lane[] Rest() => [RestingPotential, .. new Lane[VariableNames.Count - 1]];

    /// <summary>Whether a spike sets the potential to <c>reset</c>; else the threshold is subtracted.</summary>
    protected bool ResetsHard => base.ResetPotential is not null;

    /// <summary>The reset potential; 0 for soft reset.</summary>
    protected Lane RestingPotential => ResetsHard ? Number("reset") : 0;

    /// <summary>Membrane potential after the usual reset; the arithmetic of the reference backend, NaN and infinities included.</summary>
    /// <param name="h">H, the membrane potential after charging.</param>
    /// <param name="spike">The spike.</param>
    /// <returns>V, the membrane potential that the next step starts from.</returns>
    protected Lane AfterReset(Lane h, Lane spike) => ResetsHard
        ? ((1 - spike) * h) + (spike * Number("reset"))
        : h - (spike * Number("threshold"));

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, object? Value)> Describe() =>
    [
        .. numbers.Select(
            (number, i) => (number.Name, !given[i] ? (object?)number.Value : get_parameter(number.Name) is null ? "set" : "learned")),
        .. ResetsHard ? Array.Empty<(string, object?)>() : [("reset", null)],
    ];

    private protected sealed override void Begin(long[] shape, ScalarType type)
    {
        // the equation is written down again where a number begins to be learned or set; constants are part of what is written down
        var written = trace is not null;
        for (var i = 0; i < numbers.Length; i++)
        {
            entered[i] = Given(i);
            var operation = entered[i] is not { } number ? Operation.Constant : number.numel() == 1 ? Operation.Number : Operation.Leaf;
            if (terms[i].Operation != operation)
            {
                written = false;
                terms[i] = operation switch
                {
                    Operation.Number => Term.Number(i),
                    Operation.Leaf => Term.Leaf(StepRows.Number(i)),
                    _ => Term.Constant(numbers[i].Value),
                };
            }

            entered[i] = entered[i] is { } raw ? Fitted(raw, shape, type, numbers[i].Name) : null;
        }

        if (!written)
        {
            rest = Rest();
            trace = new StepTrace(new StepEquation(
                VariableNames.Count, [.. terms], Charge, Distance, Fire, Output, Surrogate.Gradient, Surrogate.Levels, DetachReset));
            kernel = new FusedKernel(trace);
        }
    }

    /// <summary>The step as it was last written down; null before the first call.</summary>
    internal StepTrace? Written => trace;

    private protected sealed override void End() => Array.Clear(entered);

    private protected sealed override Tensor Start(int variable, Tensor step) => rest[variable].Term.IsConstant
        ? full_like(step, rest[variable].Term.Value)
        : Broadcast.Over(Values(step).Of(rest[variable]), step);

    private protected sealed override bool GivesSpikes =>
        Surrogate.Levels == 0 && trace is { Firing: var firing } && ReferenceEquals(firing.Output, firing.Emitted);

    private protected sealed override bool NeedsGraph => GraphNode.IsWanted(entered);

    private protected sealed override (Tensor Output, Tensor[] Final)? RunFused(
        Tensor sequence, Tensor?[] initial, NormalisedInput? through)
    {
        for (var i = 0; i < initial.Length; i++)
        {
            initial[i] ??= rest[i].Term.IsConstant ? null : Start(i, FloatingPoint.StateLike(sequence));
        }

        return FusedNode.Run(
            kernel!,
            sequence,
            initial,
            Array.ConvertAll(rest, lane => lane.Term.Value), // 0 where it is no constant
            Array.ConvertAll(
                entered,
                number => number is null || number.numel() == 1 ? number : Broadcast.Over(number, FloatingPoint.StateLike(sequence))),
            through);
    }

    /// <inheritdoc/>
    protected sealed override NeuronStep Step(Tensor[] before, Tensor x)
    {
        var charging = Values(x);
        charging[trace!.X] = x;
        for (var i = 0; i < before.Length; i++)
        {
            charging[trace.Before[i]] = before[i];
        }

        var charged = Array.ConvertAll(trace.Charged, charging.Of);
        var (fire, firing) = (trace.Firing, Values(x));
        for (var i = 0; i < charged.Length; i++)
        {
            firing[fire.Charged[i]] = charged[i];
        }

        var distance = firing.Of(fire.Distance);
        var spike = training ? Surrogate.Spike(distance) : Surrogate.Fire(distance);
        firing[fire.Emitted] = spike;
        firing[fire.Resetting] = DetachReset ? spike.detach() : spike;
        return new NeuronStep(charged[0], spike, firing.Of(fire.Output), Array.ConvertAll(fire.After, firing.Of));
    }

    private void RequireNumbers(Tensor? value, string number)
    {
        using var scope = NewDisposeScope();
        var hasNumbers = value is not null && value.device_type != DeviceType.META; // a network that is only counted has shapes alone
        if (hasNumbers && value!.isnan().any().item<bool>())
        {
            throw new ArgumentException($"{GetName()}'s {number} was given a value that holds NaN; expected numbers.", nameof(value));
        }
    }

    private static Tensor Fitted(Tensor number, long[] neurons, ScalarType type, string name)
    {
        var shape = number.shape;
        if (number.numel() == 1)
        {
            return number.reshape([]);
        }

        if (shape.Length > neurons.Length
            || shape.Reverse().Zip(neurons.Reverse()).Any(axis => axis.First != 1 && axis.First != axis.Second))
        {
            throw new ArgumentException(
                $"The number {name} has the shape [{string.Join(", ", shape)}], which does not broadcast over neurons of "
                + $"[{string.Join(", ", neurons)}].");
        }

        return number.to(type);
    }

    private TermTensors Values(Tensor step)
    {
        var values = new TermTensors(step);
        for (var i = 0; i < terms.Length; i++)
        {
            if (entered[i] is { } number)
            {
                values[terms[i]] = number;
            }
        }

        return values;
    }

    private Tensor? Given(int index)
    {
        var name = numbers[index].Name;
        return given[index] ? Enter(name, get_parameter(name) ?? get_buffer(name)!) : null;
    }

    private int Index(string number) => Array.FindIndex(numbers, candidate => candidate.Name == number) is >= 0 and var index
        ? index
        : throw new ArgumentException($"{GetName()} has no number {number}; it has {string.Join(", ", NumberNames)}.", nameof(number));

    private int Free(string number)
    {
        var index = Index(number);
        return !given[index]
            ? index
            : throw new ArgumentException($"The number {number} of {GetName()} is learned or set already.", nameof(number));
    }

    /// <summary>The value of a number that all neurons share.</summary>
    private protected double Only(string number)
    {
        using var value = Value(number);
        using var wide = value.to(ScalarType.Float64);
        return wide.numel() == 1
            ? wide.item<double>()
            : throw new InvalidOperationException(
                $"The number {number} of {GetName()} differs from neuron to neuron: read it with Value(\"{number}\").");
    }
}
