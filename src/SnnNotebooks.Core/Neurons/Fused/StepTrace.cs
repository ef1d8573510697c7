namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// One step of a neuron as terms, forward and backward. Backward (features spec section 2, "Backward through one neuron", for any
/// number of variables): from the gradients of the output and of the variables after the step, through firing and reset, where the
/// surrogate stands in for the derivative of the spike, and through the charge equation, to those of the input, of the variables
/// before the step and of the numbers.
/// </summary>
internal sealed class StepTrace
{
    /// <summary>Writes a step down and differentiates it.</summary>
    /// <exception cref="InvalidOperationException">The equation gives another number of variables than it has.</exception>
    public StepTrace(StepEquation equation)
    {
        var count = equation.Variables;
        (Variables, Numbers) = (count, equation.Numbers);
        Shared = [.. Enumerable.Range(0, Numbers.Count).Where(i => Numbers[i].Operation == Operation.Number)];
        Before = Leaves(StepRows.Before, count);
        var (charged, carried) = (Leaves(StepRows.Charged, count), Leaves(StepRows.Carried, count));
        Term[] numbers = [.. equation.Numbers.Where(number => !number.IsConstant)];

        // forward
        Charged = Checked(equation.Charge(Lanes(Before), new Lane(X)), nameof(equation.Charge));
        var spike = new Lane(Spike(equation.Distance(Lanes(Charged)).Term, equation.Levels));
        After = Checked(equation.Fire(Lanes(Charged), spike, spike), nameof(equation.Fire));
        Output = equation.Output(Lanes(Charged), spike).Term;

        // firing by itself: the charged variables, the spike in the output and the one in the reset are variables of their own
        var distance = equation.Distance(Lanes(charged));
        var fired = Spike(distance.Term, equation.Levels);
        var (emitted, resetting) = (new Term(Operation.Same, fired), new Term(Operation.Same, fired));
        var reset = Checked(equation.Fire(Lanes(charged), new Lane(emitted), new Lane(resetting)), nameof(equation.Fire));
        var output = equation.Output(Lanes(charged), new Lane(emitted)).Term;
        Firing = new FiringTrace(charged, distance.Term, emitted, resetting, reset, output);

        // backward through firing
        var direct = new Derivatives(
            [.. reset.Zip(carried, (term, weight) => (term, (Term?)weight)), (output, Term.Leaf(StepRows.GradOutput))],
            [.. charged, emitted, resetting, .. numbers]);
        var gradSpike = Derivatives.Sum(direct.Of(emitted), equation.DetachReset ? null : direct.Of(resetting));
        var throughSpike = new Derivatives(
            [(distance.Term, Derivatives.Product(gradSpike, equation.Gradient(distance).Term))], [.. charged, .. numbers]);

        // and through charging
        var weights = charged.Select(leaf => Derivatives.Sum(direct.Of(leaf), throughSpike.Of(leaf)));
        var throughCharge = new Derivatives(Charged.Zip(weights), [.. Before, X, .. numbers]);
        GradX = throughCharge.Of(X) ?? Term.Constant(0);
        GradBefore = Array.ConvertAll(Before, leaf => throughCharge.Of(leaf) ?? Term.Constant(0));
        GradNumbers = [.. equation.Numbers.Select(number => number.IsConstant
            ? null
            : Derivatives.Sum(Derivatives.Sum(direct.Of(number), throughSpike.Of(number)), throughCharge.Of(number)) ?? Term.Constant(0))];
    }

    /// <summary>How many variables the neuron has.</summary>
    public int Variables { get; }

    /// <summary>Its numbers as they enter the equation.</summary>
    public IReadOnlyList<Term> Numbers { get; }

    /// <summary>Which of them all neurons share, without being constants.</summary>
    public int[] Shared { get; }

    /// <summary>The input.</summary>
    public Term X { get; } = Term.Leaf(StepRows.X);

    /// <summary>The variables before the step.</summary>
    public Term[] Before { get; }

    /// <summary>The variables after charging, from those before the step.</summary>
    public Term[] Charged { get; }

    /// <summary>The variables after the reset, from those before the step.</summary>
    public Term[] After { get; }

    /// <summary>The output, from the variables before the step.</summary>
    public Term Output { get; }

    /// <summary>Firing and reset from the charged variables and a spike that is given: what the reference backend does.</summary>
    public FiringTrace Firing { get; }

    /// <summary>Gradient of the input; from the charged variables, those before the step, the input and the gradients carried.</summary>
    public Term GradX { get; }

    /// <summary>Gradients of the variables before the step.</summary>
    public Term[] GradBefore { get; }

    /// <summary>Gradients of the numbers, one neuron's share; null for constants.</summary>
    public Term?[] GradNumbers { get; }

    private static Term Spike(Term distance, int levels) => levels == 0
        ? new Term(Operation.Step, distance)
        : new Term(Operation.Round,
            new Term(Operation.AtLeast, new Term(Operation.AtMost, distance, Term.Constant(levels)), Term.Constant(0)));

    private static Term[] Leaves(Func<int, int> row, int count) => [.. Enumerable.Range(0, count).Select(i => Term.Leaf(row(i)))];

    private static Lane[] Lanes(Term[] terms) => Array.ConvertAll(terms, term => new Lane(term));

    private Term[] Checked(Lane[] variables, string by) => variables.Length == Variables
        ? Array.ConvertAll(variables, variable => variable.Term)
        : throw new InvalidOperationException(
            $"The equation has {Variables} variables and its {by} gives {variables.Length}: it must give all of them, in order.");
}

/// <summary>Firing and reset by themselves.</summary>
/// <param name="Charged">The charged variables, leaves.</param>
/// <param name="Distance">What is at least 0 where it fires.</param>
/// <param name="Emitted">The spike in the output.</param>
/// <param name="Resetting">The spike of the reset.</param>
/// <param name="After">The variables after the reset.</param>
/// <param name="Output">The output.</param>
internal sealed record FiringTrace(Term[] Charged, Term Distance, Term Emitted, Term Resetting, Term[] After, Term Output);
