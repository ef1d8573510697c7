using SnnNotebooks.Neurons.Fused;

namespace SnnNotebooks.Neurons;

/// <summary>
/// What an equation is written over: a number, or a term that is written down. From the terms of one equation come the reference
/// backend, its exact derivative and the fused kernels. Decisions that depend on a number of the equation (an <c>if</c>) are taken
/// once, when it is written down; those that depend on the neuron are <see cref="Select"/>.
/// </summary>
public readonly struct Lane
{
    private readonly Term? term;

    internal Lane(Term term) => this.term = term;

    /// <summary>The term; 0 for a lane never set.</summary>
    internal Term Term => term ?? Term.Constant(0);

    /// <summary>A number; it is rounded to the precision of what it is computed with.</summary>
    /// <param name="number">The number.</param>
    public static implicit operator Lane(double number) => new(Term.Constant(number));

    /// <summary>The exponential function, element by element.</summary>
    /// <param name="value">The argument.</param>
    /// <returns>exp(x), above 0.</returns>
    public static Lane Exp(Lane value) => Of(Operation.Exp, value, Math.Exp);

    /// <summary>The natural logarithm, element by element; NaN below 0.</summary>
    /// <param name="value">The argument.</param>
    /// <returns>ln(x).</returns>
    public static Lane Log(Lane value) => Of(Operation.Log, value, Math.Log);

    /// <summary>The sine, element by element.</summary>
    /// <param name="value">The argument, in radians.</param>
    /// <returns>sin(x), in [-1, 1].</returns>
    public static Lane Sin(Lane value) => Of(Operation.Sin, value, Math.Sin);

    /// <summary>The cosine, element by element.</summary>
    /// <param name="value">The argument, in radians.</param>
    /// <returns>cos(x), in [-1, 1].</returns>
    public static Lane Cos(Lane value) => Of(Operation.Cos, value, Math.Cos);

    /// <summary>Chooses, element by element; both alternatives are computed. The test itself has no derivative.</summary>
    /// <param name="test">What is compared with 0; negative zero counts as 0.</param>
    /// <param name="notNegative">The result where <paramref name="test"/> is at least 0.</param>
    /// <param name="otherwise">The result elsewhere, also where <paramref name="test"/> is NaN.</param>
    /// <returns>One of the two at each element.</returns>
    public static Lane Select(Lane test, Lane notNegative, Lane otherwise) =>
        !test.Term.IsConstant ? new(new Term(Operation.Select, test.Term, notNegative.Term, otherwise.Term))
        : test.Term.Value >= 0 ? notNegative : otherwise;

    /// <summary>The absolute value; its derivative at 0 is that of the argument.</summary>
    /// <param name="value">The argument.</param>
    /// <returns>The argument without its sign, at least 0.</returns>
    public static Lane Abs(Lane value) => Select(value, value, -value);

    /// <summary>The argument, or 0 where it is below; derivative 0 at 0.</summary>
    /// <param name="value">The argument; NaN stays.</param>
    /// <returns>max(x, 0).</returns>
    public static Lane Relu(Lane value) => Select(-value, 0, value);

    /// <summary>The smaller of the two; the first where they are equal.</summary>
    /// <param name="first">One.</param>
    /// <param name="second">The other; the result where either is NaN.</param>
    /// <returns>min(first, second).</returns>
    public static Lane Min(Lane first, Lane second) => Select(second - first, first, second);

    /// <summary>The logistic function 1 / (1 + exp(-x)).</summary>
    /// <param name="value">The argument.</param>
    /// <returns>A number in [0, 1].</returns>
    public static Lane Sigmoid(Lane value) => 1 / (1 + Exp(-value));

    /// <summary>The sum.</summary>
    public static Lane operator +(Lane left, Lane right) => Of(Operation.Add, left, right, (a, b) => a + b);

    /// <summary>The difference.</summary>
    public static Lane operator -(Lane left, Lane right) => Of(Operation.Subtract, left, right, (a, b) => a - b);

    /// <summary>The product.</summary>
    public static Lane operator *(Lane left, Lane right) => Of(Operation.Multiply, left, right, (a, b) => a * b);

    /// <summary>The quotient.</summary>
    public static Lane operator /(Lane left, Lane right) => Of(Operation.Divide, left, right, (a, b) => a / b);

    /// <summary>The negative.</summary>
    public static Lane operator -(Lane value) => Of(Operation.Negate, value, a => -a);

    private static Lane Of(Operation operation, Lane value, Func<double, double> number) =>
        value.Term.IsConstant ? number(value.Term.Value) : new Lane(new Term(operation, value.Term));

    private static Lane Of(Operation operation, Lane left, Lane right, Func<double, double, double> numbers) =>
        left.Term.IsConstant && right.Term.IsConstant
            ? numbers(left.Term.Value, right.Term.Value)
            : new Lane(new Term(operation, left.Term, right.Term));
}
