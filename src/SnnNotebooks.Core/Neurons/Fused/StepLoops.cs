namespace SnnNotebooks.Neurons.Fused;

/// <summary>A compiled loop with the constants of one equation.</summary>
/// <param name="program">The program.</param>
internal sealed class StepLoop(StepProgram program)
{
    /// <summary>The code; equations of the same shape share it.</summary>
    public GeneratedLoop Code { get; } = LoopCompiler.Compile(program);

    /// <summary>What the code takes as its numbers: those given at each call, then the constants.</summary>
    public double[] Numbers(double[] given) => program.Given(given);
}

/// <summary>The three loops of a neuron's step, compiled for one element type.</summary>
/// <param name="programs">What they do.</param>
internal sealed class StepLoops(StepPrograms programs)
{
    /// <inheritdoc cref="StepPrograms.Forward"/>
    public StepLoop Forward { get; } = new(programs.Forward);

    /// <inheritdoc cref="StepPrograms.Recharge"/>
    public StepLoop? Recharge { get; } = programs.Recharge is { } recharge ? new(recharge) : null;

    /// <inheritdoc cref="StepPrograms.Reverse"/>
    public StepLoop Reverse { get; } = new(programs.Reverse);

    /// <inheritdoc cref="StepPrograms.ReadsBefore"/>
    public bool ReadsBefore => programs.ReadsBefore;

    /// <inheritdoc cref="StepPrograms.ReadsCharged"/>
    public bool ReadsCharged => programs.ReadsCharged;
}
