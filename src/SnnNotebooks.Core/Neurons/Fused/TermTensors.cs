using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// Evaluates terms over tensors, each once and in the order in which they were written down, as plain code would: the reference backend.
/// Constants stay numbers, which TorchSharp rounds as the kernels do.
/// </summary>
/// <param name="like">What a result that is a number everywhere has the shape, type and device of.</param>
internal sealed class TermTensors(Tensor like)
{
    private readonly Dictionary<Term, Tensor> values = [];

    /// <summary>Gives a term its value, a leaf in particular.</summary>
    public Tensor this[Term term]
    {
        set => values[term] = value;
    }

    /// <summary>The value of a lane, in the shape of <c>like</c>.</summary>
    public Tensor Of(Lane lane) => Of(lane.Term);

    /// <summary>The value of a term, in the shape of <c>like</c>.</summary>
    public Tensor Of(Term term)
    {
        var value = term.IsConstant ? full_like(like, term.Value) : Value(term);
        return value.dim() == like.dim() && value.shape.AsSpan().SequenceEqual(like.shape) ? value : value.expand(like.shape);
    }

    private Tensor Value(Term term)
    {
        if (!values.ContainsKey(term))
        {
            var missing = new HashSet<Term>();
            Collect(term, missing);
            foreach (var next in missing.OrderBy(next => next.Order))
            {
                values.Add(next, Compute(next.Operation, next.Arguments));
            }
        }

        return values[term];
    }

    private void Collect(Term term, HashSet<Term> missing)
    {
        if (!term.IsConstant && !values.ContainsKey(term) && missing.Add(term))
        {
            foreach (var argument in term.Arguments)
            {
                Collect(argument, missing);
            }
        }
    }

    private Tensor Compute(Operation operation, Term[] arguments)
    {
        switch (operation)
        {
            case Operation.Add:
                return Combine(arguments, (a, b) => a + b, (a, b) => a + b, (a, b) => b + a);
            case Operation.Subtract:
                return Combine(arguments, (a, b) => a - b, (a, b) => a - b, (a, b) => b.neg() + a);
            case Operation.Multiply:
                return Combine(arguments, (a, b) => a * b, (a, b) => a * b, (a, b) => b * a);
            case Operation.Divide:
                return Combine(arguments, (a, b) => a / b, (a, b) => a / b, (a, b) => full_like(b, a) / b);
            case Operation.Negate:
                return Value(arguments[0]).neg();
            case Operation.Select:
                var test = Value(arguments[0]);
                return where(test.ge(0), Like(test, arguments[1]), Like(test, arguments[2]));
            case Operation.Exp:
                return Value(arguments[0]).exp();
            case Operation.Log:
                return Value(arguments[0]).log();
            case Operation.Sin:
                return Value(arguments[0]).sin();
            case Operation.Cos:
                return Value(arguments[0]).cos();
            default:
                throw new InvalidOperationException($"A term {operation} has no value of its own.");
        }
    }

    private Tensor Combine(
        Term[] arguments, Func<Tensor, Tensor, Tensor> both, Func<Tensor, double, Tensor> right, Func<double, Tensor, Tensor> left) =>
        arguments[1].IsConstant ? right(Value(arguments[0]), arguments[1].Value)
        : arguments[0].IsConstant ? left(arguments[0].Value, Value(arguments[1]))
        : both(Value(arguments[0]), Value(arguments[1]));

    private Tensor Like(Tensor other, Term term) => term.IsConstant ? full_like(other, term.Value) : Value(term);
}
