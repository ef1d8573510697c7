namespace SnnNotebooks.Neurons.Fused;

/// <summary>What a term of a traced equation does with its arguments.</summary>
internal enum Operation
{
    /// <summary>A number that is known when the equation is written down.</summary>
    Constant,

    /// <summary>A number that the kernel is given, the same for all neurons.</summary>
    Number,

    /// <summary>A row of memory, one number for each neuron.</summary>
    Leaf,

    Add,
    Subtract,
    Multiply,
    Divide,
    Negate,

    /// <summary>The second argument where the first is at least 0, else the third.</summary>
    Select,

    Exp,
    Log,
    Sin,
    Cos,

    /// <summary>1 where the argument is at least 0, else 0; no derivative.</summary>
    Step,

    /// <summary>The nearest whole number, half to even, for small numbers; no derivative.</summary>
    Round,

    /// <summary>The smaller of two; NaN of the first stays. No derivative.</summary>
    AtMost,

    /// <summary>The larger of two; NaN of the first stays. No derivative.</summary>
    AtLeast,

    /// <summary>
    /// 2^n where the argument is the whole number n plus 1.5 * 2^23 (float) or 1.5 * 2^52 (double): n is then in its lowest bits.
    /// </summary>
    PowerOfTwo,

    /// <summary>The argument itself, as a variable of its own to differentiate by.</summary>
    Same,
}

/// <summary>A term of a traced equation: an operation and its arguments.</summary>
/// <param name="operation">What is done.</param>
/// <param name="arguments">With what.</param>
internal sealed class Term(Operation operation, params Term[] arguments)
{
    private static long written;

    public Operation Operation { get; } = operation;

    public Term[] Arguments { get; } = arguments;

    /// <summary>When it was written down: after its arguments.</summary>
    public long Order { get; } = Interlocked.Increment(ref written);

    /// <summary>The number of a constant.</summary>
    public double Value { get; private init; }

    /// <summary>Which number or row it is.</summary>
    public int Index { get; private init; }

    /// <summary>Whether a constant belongs to how something is computed, not to an equation: the kernel's code contains it.</summary>
    public bool IsCode { get; private init; }

    public bool IsConstant => Operation == Operation.Constant;

    public static Term Constant(double value) => new(Operation.Constant) { Value = value };

    public static Term Code(double value) => new(Operation.Constant) { Value = value, IsCode = true };

    public static Term Number(int index) => new(Operation.Number) { Index = index };

    public static Term Leaf(int row) => new(Operation.Leaf) { Index = row };
}
