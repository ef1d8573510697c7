namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// A lane that writes down what is computed. An equation run over it gives its terms, from which the kernels are made. Constants
/// are computed at once, in double precision, as the reference backend does.
/// </summary>
internal readonly struct TraceLane(Term term) : ILane<TraceLane>
{
    private static readonly Term Zero = Term.Constant(0);

    private readonly Term? term = term;

    /// <summary>What was computed; 0 for a lane never set.</summary>
    public Term Term => term ?? Zero;

    public static TraceLane One => Const(1);

    public static TraceLane Const(double value) => new(Term.Constant(value));

    public static TraceLane Exp(TraceLane value) => Of(Operation.Exp, value, Math.Exp);

    public static TraceLane Log(TraceLane value) => Of(Operation.Log, value, Math.Log);

    public static TraceLane Sin(TraceLane value) => Of(Operation.Sin, value, Math.Sin);

    public static TraceLane Cos(TraceLane value) => Of(Operation.Cos, value, Math.Cos);

    public static TraceLane Select(TraceLane test, TraceLane notNegative, TraceLane otherwise) => test.Term.IsConstant
        ? test.Term.Value >= 0 ? notNegative : otherwise
        : new(new Term(Operation.Select, test.Term, notNegative.Term, otherwise.Term));

    public static TraceLane operator +(TraceLane left, TraceLane right) => Of(Operation.Add, left, right, (a, b) => a + b);

    public static TraceLane operator -(TraceLane left, TraceLane right) => Of(Operation.Subtract, left, right, (a, b) => a - b);

    public static TraceLane operator *(TraceLane left, TraceLane right) => Of(Operation.Multiply, left, right, (a, b) => a * b);

    public static TraceLane operator /(TraceLane left, TraceLane right) => Of(Operation.Divide, left, right, (a, b) => a / b);

    public static TraceLane operator -(TraceLane value) => Of(Operation.Negate, value, a => -a);

    private static TraceLane Of(Operation operation, TraceLane value, Func<double, double> constant) => value.Term.IsConstant
        ? Const(constant(value.Term.Value))
        : new(new Term(operation, value.Term));

    private static TraceLane Of(Operation operation, TraceLane left, TraceLane right, Func<double, double, double> constant) =>
        left.Term.IsConstant && right.Term.IsConstant
            ? Const(constant(left.Term.Value, right.Term.Value))
            : new(new Term(operation, left.Term, right.Term));
}
