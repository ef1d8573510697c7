namespace SnnNotebooks.Neurons.Fused;

/// <summary>The three programs of a neuron's step, for one element type: what every backend makes its code of.</summary>
internal sealed class StepPrograms
{
    /// <summary>Makes them.</summary>
    /// <param name="trace">The step.</param>
    /// <param name="single">True for float, false for double.</param>
    public StepPrograms(StepTrace trace, bool single)
    {
        var after = trace.After.Select((term, i) => (term, StepRows.After(i))).ToArray();
        StepProgram Program(IEnumerable<(Term, int)> stores, IEnumerable<(Term, int)> sums, bool keepsStates = false) =>
            new(single, trace.Numbers.Count, stores, sums, keepsStates);
        Forward = Program([.. after, (trace.Output, StepRows.Output)], []);

        var numbers = trace.GradNumbers.Select((term, i) => (Term: term, Index: i))
            .Where(number => number.Term is not null)
            .ToLookup(number => trace.Numbers[number.Index].Operation, number => (Term: number.Term!, number.Index));
        (Term, int) Collected((Term Term, int Index) number) =>
            (new Term(Operation.Add, Term.Leaf(StepRows.GradNumber(number.Index)), number.Term), StepRows.GradNumber(number.Index));
        Reverse = Program(
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
            Recharge = Program([.. charged, .. after], [], ReadsBefore);
        }
    }

    /// <summary>From the variables before a step to the output and those after it.</summary>
    public StepProgram Forward { get; }

    /// <summary>
    /// The same step for the backward sweep: keeps the charged variables; null where the gradients depend on nothing that was computed.
    /// </summary>
    public StepProgram? Recharge { get; }

    /// <summary>From the gradients after a step to those before it, of the input and of the numbers.</summary>
    public StepProgram Reverse { get; }

    /// <summary>Whether the gradients depend on the variables before the step.</summary>
    public bool ReadsBefore { get; }

    /// <summary>Whether they depend on the charged variables.</summary>
    public bool ReadsCharged { get; }

    /// <summary>Whether they depend on the input.</summary>
    public bool ReadsX => Reverse.Reads(StepRows.X);
}
