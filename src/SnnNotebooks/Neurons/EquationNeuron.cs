using SnnNotebooks.Neurons.Fused;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons;

/// <summary>A layer of point neurons given by an equation; derive from it to make a neuron of your own with several variables or learnable numbers.</summary>
/// <typeparam name="TEquation">The equation.</typeparam>
public abstract class EquationNeuron<TEquation> : SpikingNeuron
    where TEquation : struct, INeuronEquation
{
    private readonly TEquation equation;
    private readonly SpikeRule rule;
    private readonly List<string> learned = []; // names: a conversion of the network puts other parameters in their places

    /// <summary>Creates a layer; it takes any number of neurons.</summary>
    /// <param name="name">What it is called in messages.</param>
    /// <param name="equation">The equation.</param>
    /// <param name="variables">The variables' names and where they start; the first is the membrane potential <c>v</c>.</param>
    /// <param name="rule">Threshold and reset.</param>
    /// <param name="surrogate">Surrogate gradient; <see cref="Sigmoid"/> with alpha 4 where none is given.</param>
    /// <exception cref="ArgumentException">The number of variables is not the equation's.</exception>
    protected EquationNeuron(string name, TEquation equation, IReadOnlyList<(string Name, double Start)> variables, SpikeRule rule, Surrogate? surrogate)
        : base(name, variables, rule, surrogate)
    {
        if (variables.Count != TEquation.Variables)
        {
            throw new ArgumentException($"{typeof(TEquation).Name} has {TEquation.Variables} variables; {variables.Count} are named.", nameof(variables));
        }

        this.equation = equation;
        this.rule = rule;
        Kernel = Surrogate.Fuse(equation, rule);
    }

    /// <summary>Adds the equation's next learnable number, under a name of the state dictionary.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Where it starts.</param>
    /// <param name="axes">How many axes the parameter has, all of length 1.</param>
    /// <returns>The parameter.</returns>
    protected Parameter Learn(string name, double value, int axes = 0)
    {
        if (learned.Count == TEquation.Numbers)
        {
            throw new InvalidOperationException($"{typeof(TEquation).Name} has {TEquation.Numbers} learnable numbers; {name} is one more.");
        }

        var parameter = nn.Parameter(full(Enumerable.Repeat(1L, axes).ToArray(), value, dtype: ScalarType.Float32));
        register_parameter(name, parameter);
        learned.Add(name);
        return parameter;
    }

    /// <summary>A learnable number as it enters the equation, a tensor of one element: the parameter itself unless overridden.</summary>
    /// <param name="index">Which one, in the order of <see cref="Learn"/>.</param>
    /// <param name="parameter">The parameter.</param>
    protected virtual Tensor Number(int index, Parameter parameter) => parameter;

    private protected sealed override FusedKernel Kernel { get; }

    private protected sealed override string Equation => equation.ToString() ?? typeof(TEquation).Name;

    private protected sealed override Tensor[] Numbers() => learned.Count == TEquation.Numbers
        ? [.. learned.Select((name, i) => Number(i, get_parameter(name)!))]
        : throw new InvalidOperationException($"{GetName()} has {TEquation.Numbers} learnable numbers and {learned.Count} were added: call Learn for each in the constructor.");

    private protected sealed override NeuronStep Step(Tensor[] before, Tensor x, Tensor[] numbers)
    {
        var lanes = Lanes(numbers, (p0, p1, p2, p3) => new LearnedNumbers<TensorLane>(p0, p1, p2, p3));
        var charged = equation.Charge(Lanes(before, (v, a, b, _) => new NeuronState<TensorLane>(v, a, b)), new TensorLane(x), lanes);
        var distance = equation.Distance(charged, rule).Like(x);
        var spike = training ? Surrogate.Spike(distance) : Surrogate.Fire(distance);
        var lane = new TensorLane(spike);
        var after = equation.Fire(charged, lane, rule.DetachReset ? new TensorLane(spike.detach()) : lane, lanes, rule);
        return new NeuronStep(
            charged.V.Like(x),
            spike,
            equation.Output(charged, lane, rule).Like(x),
            [.. new[] { after.V, after.A, after.B }.Take(TEquation.Variables).Select(variable => variable.Like(x))]);
    }

    private static TResult Lanes<TResult>(Tensor[] tensors, Func<TensorLane, TensorLane, TensorLane, TensorLane, TResult> build)
    {
        TensorLane Lane(int i) => i < tensors.Length ? new TensorLane(tensors[i]) : default;
        return build(Lane(0), Lane(1), Lane(2), Lane(3));
    }
}
