namespace SnnNotebooks.Neurons.Fused;

/// <summary>A compiled loop with the constants of one equation.</summary>
/// <param name="program">The program.</param>
internal sealed class StepLoop(StepProgram program)
{
    /// <summary>The code; equations of the same shape share it.</summary>
    public GeneratedLoop Code { get; } = LoopCompiler.Compile(program);

    /// <summary>Whether a row is read.</summary>
    public bool Reads(int row) => program.Reads(row);

    /// <summary>What the code takes as its numbers: those given at each call, then the constants.</summary>
    public double[] Numbers(double[] given) => [.. given, .. program.Constants];
}

/// <summary>The three loops of a neuron's step, compiled for one element type.</summary>
internal sealed class StepLoops
{
    /// <summary>Compiles them.</summary>
    /// <param name="trace">The step.</param>
    /// <param name="single">True for float, false for double.</param>
    public StepLoops(StepTrace trace, bool single)
    {
        var after = trace.After.Select((term, i) => (term, StepRows.After(i))).ToArray();
        StepLoop Compile(IEnumerable<(Term, int)> stores, IEnumerable<(Term, int)> sums) =>
            new(new StepProgram(single, trace.Numbers.Count, stores, sums));
        Forward = Compile([.. after, (trace.Output, StepRows.Output)], []);

        var numbers = trace.GradNumbers.Select((term, i) => (Term: term, Index: i))
            .Where(number => number.Term is not null)
            .ToLookup(number => trace.Numbers[number.Index].Operation, number => (Term: number.Term!, number.Index));
        (Term, int) Collected((Term Term, int Index) number) =>
            (new Term(Operation.Add, Term.Leaf(StepRows.GradNumber(number.Index)), number.Term), StepRows.GradNumber(number.Index));
        Reverse = Compile(
            [
                .. trace.GradBefore.Select((term, i) => (term, StepRows.Carried(i))),
                (trace.GradX, StepRows.GradX),
                .. numbers[Operation.Leaf].Select(Collected),
            ],
            numbers[Operation.Number]);
        var variables = Enumerable.Range(0, trace.Variables).ToArray();
        ReadsBefore = Array.Exists(variables, i => Reverse.Reads(StepRows.Before(i)));
        ReadsCharged = Array.Exists(variables, i => Reverse.Reads(StepRows.Charged(i)));
        if (ReadsBefore || ReadsCharged)
        {
            var charged = trace.Charged.Select((term, i) => (term, StepRows.Charged(i))).Where(store => Reverse.Reads(store.Item2));
            Recharge = Compile([.. charged, .. after], []);
        }
    }

    /// <summary>From the variables before a step to the output and those after it.</summary>
    public StepLoop Forward { get; }

    /// <summary>
    /// The same step for the backward sweep: keeps the charged variables; null where the gradients depend on nothing that was computed.
    /// </summary>
    public StepLoop? Recharge { get; }

    /// <summary>From the gradients after a step to those before it, of the input and of the numbers.</summary>
    public StepLoop Reverse { get; }

    /// <summary>Whether the gradients depend on the variables before the step.</summary>
    public bool ReadsBefore { get; }

    /// <summary>Whether they depend on the charged variables.</summary>
    public bool ReadsCharged { get; }
}
