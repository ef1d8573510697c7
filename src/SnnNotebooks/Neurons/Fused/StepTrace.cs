using SnnNotebooks.Surrogates;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// One step of a neuron as terms, forward and backward. Backward (features spec section 2, "Backward through one neuron", for any
/// number of variables): from the gradients of the output and of the variables after the step, through firing and reset, where the
/// surrogate stands in for the derivative of the spike, and through the charge equation, to those of the input, of the variables
/// before the step and of the learnable numbers.
/// </summary>
internal sealed class StepTrace
{
    private StepTrace(int variables, int numbers) => (Variables, Numbers) = (variables, numbers);

    /// <summary>How many variables the neuron has.</summary>
    public int Variables { get; }

    /// <summary>How many learnable numbers.</summary>
    public int Numbers { get; }

    /// <summary>The variables after charging, from those before the step.</summary>
    public required Term[] Charged { get; init; }

    /// <summary>The variables after the reset, from those before the step.</summary>
    public required Term[] After { get; init; }

    /// <summary>The output, from the variables before the step.</summary>
    public required Term Output { get; init; }

    /// <summary>Gradient of the input; from the charged variables, those before the step, the input and the gradients carried.</summary>
    public required Term GradX { get; init; }

    /// <summary>Gradients of the variables before the step.</summary>
    public required Term[] GradBefore { get; init; }

    /// <summary>Gradients of the learnable numbers, one neuron's share.</summary>
    public required Term[] GradNumbers { get; init; }

    public static StepTrace Of<TEquation, TGradient>(TEquation equation, TGradient gradient, SpikeRule rule)
        where TEquation : struct, INeuronEquation
        where TGradient : struct, ISurrogateGradient
    {
        var (variables, count) = (TEquation.Variables, TEquation.Numbers);
        var (before, numbers) = (Leaves(StepRows.Before, variables), Leaves(StepRows.FirstNumber, count));
        var (carried, leaves) = (Leaves(StepRows.Carried, variables), Leaves(StepRows.Charged, variables));
        var x = Term.Leaf(StepRows.X);
        var learned = new LearnedNumbers<TraceLane>(Lane(numbers, 0), Lane(numbers, 1), Lane(numbers, 2), Lane(numbers, 3));

        // forward
        var charged = equation.Charge(State(before), new TraceLane(x), learned);
        var spike = new TraceLane(Spike(equation.Distance(charged, rule).Term, rule));
        var after = equation.Fire(charged, spike, spike, learned, rule);

        // backward through firing: the spike in the output and the one in the reset are variables of their own
        var state = State(leaves);
        var distance = equation.Distance(state, rule);
        var fired = Spike(distance.Term, rule);
        var (emitted, resetting) = (new Term(Operation.Same, fired), new Term(Operation.Same, fired));
        var reset = Terms(equation.Fire(state, new TraceLane(emitted), new TraceLane(resetting), learned, rule), variables);
        var output = equation.Output(state, new TraceLane(emitted), rule).Term;
        var direct = new Derivatives(
            [.. reset.Zip(carried, (term, weight) => (term, (Term?)weight)), (output, Term.Leaf(StepRows.GradOutput))],
            [.. leaves, emitted, resetting, .. numbers]);
        var gradSpike = Derivatives.Sum(direct.Of(emitted), rule.DetachReset ? null : direct.Of(resetting));
        var throughSpike = new Derivatives([(distance.Term, Derivatives.Product(gradSpike, gradient.Gradient(distance).Term))], leaves);

        // and through charging
        var weights = leaves.Select(leaf => Derivatives.Sum(direct.Of(leaf), throughSpike.Of(leaf)));
        var throughCharge = new Derivatives(Terms(charged, variables).Zip(weights), [.. before, x, .. numbers]);
        return new StepTrace(variables, count)
        {
            Charged = Terms(charged, variables),
            After = Terms(after, variables),
            Output = equation.Output(charged, spike, rule).Term,
            GradX = throughCharge.Of(x) ?? Term.Constant(0),
            GradBefore = Array.ConvertAll(before, leaf => throughCharge.Of(leaf) ?? Term.Constant(0)),
            GradNumbers = Array.ConvertAll(numbers, number => Derivatives.Sum(direct.Of(number), throughCharge.Of(number)) ?? Term.Constant(0)),
        };
    }

    private static Term Spike(Term distance, SpikeRule rule) => rule.Levels == 0
        ? new Term(Operation.Step, distance)
        : new Term(Operation.Round, new Term(Operation.AtLeast, new Term(Operation.AtMost, distance, Term.Constant(rule.Levels)), Term.Constant(0)));

    private static Term[] Leaves(int first, int count) => [.. Enumerable.Range(first, count).Select(Term.Leaf)];

    private static NeuronState<TraceLane> State(Term[] terms) => new(Lane(terms, 0), Lane(terms, 1), Lane(terms, 2));

    private static TraceLane Lane(Term[] terms, int index) => index < terms.Length ? new TraceLane(terms[index]) : default;

    private static Term[] Terms(NeuronState<TraceLane> state, int count) => new[] { state.V.Term, state.A.Term, state.B.Term }[..count];
}
