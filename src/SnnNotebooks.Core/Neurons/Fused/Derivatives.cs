namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// Reverse-mode differentiation of traced terms: the chain rule from the results back to the variables, term by term. What is zero or
/// one is left out, so that a slope which is constant costs one multiplication.
/// </summary>
internal sealed class Derivatives
{
    private readonly Dictionary<Term, Term> gradients = [];

    /// <summary>Differentiates.</summary>
    /// <param name="results">Terms, each with the gradient that comes to it; null for none.</param>
    /// <param name="variables">What to differentiate by; what they are made of is not looked into.</param>
    public Derivatives(IEnumerable<(Term Result, Term? Gradient)> results, IEnumerable<Term> variables)
    {
        var ends = variables.ToHashSet();
        var order = new List<Term>();
        var seen = new HashSet<Term>();
        foreach (var (result, gradient) in results)
        {
            if (gradient is not null)
            {
                Visit(result, ends, seen, order);
                Flow(result, gradient);
            }
        }

        // a term comes after its arguments in the order: backwards, its gradient is complete when it is reached
        for (var i = order.Count - 1; i >= 0; i--)
        {
            if (!ends.Contains(order[i]) && gradients.TryGetValue(order[i], out var gradient))
            {
                Through(order[i], gradient);
            }
        }
    }

    /// <summary>The gradient of a variable; null where nothing depends on it.</summary>
    public Term? Of(Term variable) => gradients.GetValueOrDefault(variable);

    /// <summary>The sum; null counts as zero.</summary>
    public static Term? Sum(Term? left, Term? right) =>
        left is null ? right : right is null ? left : new Term(Operation.Add, left, right);

    /// <summary>The product; null counts as zero.</summary>
    public static Term? Product(Term? left, Term? right)
    {
        if (left is null || right is null || left is { IsConstant: true, Value: 0 } || right is { IsConstant: true, Value: 0 })
        {
            return null;
        }

        return left is { IsConstant: true, Value: 1 } ? right
            : right is { IsConstant: true, Value: 1 } ? left
            : left.IsConstant && right.IsConstant ? Term.Constant(left.Value * right.Value)
            : new Term(Operation.Multiply, left, right);
    }

    private static void Visit(Term term, HashSet<Term> ends, HashSet<Term> seen, List<Term> order)
    {
        if (!seen.Add(term))
        {
            return;
        }

        if (!ends.Contains(term))
        {
            foreach (var argument in term.Arguments)
            {
                Visit(argument, ends, seen, order);
            }
        }

        order.Add(term);
    }

    private void Flow(Term to, Term? gradient)
    {
        if (gradient is not null && !to.IsConstant)
        {
            gradients[to] = Sum(gradients.GetValueOrDefault(to), gradient)!;
        }
    }

    private void Through(Term term, Term gradient)
    {
        var arguments = term.Arguments;
        switch (term.Operation)
        {
            case Operation.Add:
                Flow(arguments[0], gradient);
                Flow(arguments[1], gradient);
                break;
            case Operation.Subtract:
                Flow(arguments[0], gradient);
                Flow(arguments[1], new Term(Operation.Negate, gradient));
                break;
            case Operation.Multiply:
                Flow(arguments[0], Product(gradient, arguments[1]));
                Flow(arguments[1], Product(gradient, arguments[0]));
                break;
            case Operation.Divide:
                var inverse = arguments[1].IsConstant
                    ? Term.Constant(1 / arguments[1].Value)
                    : new Term(Operation.Divide, Term.Constant(1), arguments[1]);
                var scaled = Product(gradient, inverse);
                Flow(arguments[0], scaled);
                if (!arguments[1].IsConstant)
                {
                    Flow(arguments[1], Product(new Term(Operation.Negate, term), scaled));
                }

                break;
            case Operation.Negate:
                Flow(arguments[0], new Term(Operation.Negate, gradient));
                break;
            case Operation.Select:
                Flow(arguments[1], new Term(Operation.Select, arguments[0], gradient, Term.Constant(0)));
                Flow(arguments[2], new Term(Operation.Select, arguments[0], Term.Constant(0), gradient));
                break;
            case Operation.Exp:
                Flow(arguments[0], Product(gradient, term));
                break;
            case Operation.Log:
                Flow(arguments[0], new Term(Operation.Divide, gradient, arguments[0]));
                break;
            case Operation.Sin:
                Flow(arguments[0], Product(gradient, new Term(Operation.Cos, arguments[0])));
                break;
            case Operation.Cos:
                Flow(arguments[0], new Term(Operation.Negate, Product(gradient, new Term(Operation.Sin, arguments[0]))!));
                break;
            case Operation.Same:
                Flow(arguments[0], gradient);
                break;
            default:
                break; // a leaf, or an operation without derivative
        }
    }
}
