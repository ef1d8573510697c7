namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// A lane that only remembers whether a result depends on the neuron's variables or input. Evaluated over dual numbers of it, an
/// equation tells whether its derivatives are the same everywhere: then the backward sweep need not evaluate them.
/// </summary>
internal readonly struct ProbeLane(bool varies) : ILane<ProbeLane>
{
    /// <summary>True where the result depends on them.</summary>
    public bool Varies { get; } = varies;

    public static ProbeLane One => default;

    public static ProbeLane Const(double value) => default;

    public static ProbeLane Exp(ProbeLane value) => value;

    public static ProbeLane Log(ProbeLane value) => value;

    public static ProbeLane Sin(ProbeLane value) => value;

    public static ProbeLane Cos(ProbeLane value) => value;

    public static ProbeLane Select(ProbeLane test, ProbeLane notNegative, ProbeLane otherwise) =>
        new(test.Varies || notNegative.Varies || otherwise.Varies);

    public static ProbeLane operator +(ProbeLane left, ProbeLane right) => new(left.Varies || right.Varies);

    public static ProbeLane operator -(ProbeLane left, ProbeLane right) => new(left.Varies || right.Varies);

    public static ProbeLane operator *(ProbeLane left, ProbeLane right) => new(left.Varies || right.Varies);

    public static ProbeLane operator /(ProbeLane left, ProbeLane right) => new(left.Varies || right.Varies);

    public static ProbeLane operator -(ProbeLane value) => value;
}
