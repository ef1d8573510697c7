namespace SnnNotebooks.Neurons.Fused;

/// <summary>The three loops of a neuron's step, compiled for one element type.</summary>
internal sealed class StepLoops
{
    /// <summary>Compiles them.</summary>
    /// <param name="trace">The step.</param>
    /// <param name="single">True for float, false for double.</param>
    public StepLoops(StepTrace trace, bool single)
    {
        var after = trace.After.Select((term, i) => (term, StepRows.After + i)).ToArray();
        Forward = LoopCompiler.Compile(new StepProgram(single, [.. after, (trace.Output, StepRows.Output)], []));

        var reverse = new StepProgram(
            single,
            [.. trace.GradBefore.Select((term, i) => (term, StepRows.Carried + i)), (trace.GradX, StepRows.GradX)],
            trace.GradNumbers.Select((term, i) => (term, i)));
        Reverse = LoopCompiler.Compile(reverse);
        ReadsBefore = Enumerable.Range(StepRows.Before, trace.Variables).Any(reverse.Reads);
        ReadsCharged = Enumerable.Range(StepRows.Charged, trace.Variables).Any(reverse.Reads);
        if (ReadsBefore || ReadsCharged)
        {
            var charged = trace.Charged.Select((term, i) => (term, StepRows.Charged + i)).Where(store => reverse.Reads(store.Item2));
            Recharge = LoopCompiler.Compile(new StepProgram(single, [.. charged, .. after], []));
        }
    }

    /// <summary>From the variables before a step to the output and those after it.</summary>
    public GeneratedLoop Forward { get; }

    /// <summary>The same step for the backward sweep: keeps the charged variables; null where the gradients depend on nothing that was computed.</summary>
    public GeneratedLoop? Recharge { get; }

    /// <summary>From the gradients after a step to those before it, of the input and of the learnable numbers.</summary>
    public GeneratedLoop Reverse { get; }

    /// <summary>Whether the gradients depend on the variables before the step.</summary>
    public bool ReadsBefore { get; }

    /// <summary>Whether they depend on the charged variables.</summary>
    public bool ReadsCharged { get; }
}
