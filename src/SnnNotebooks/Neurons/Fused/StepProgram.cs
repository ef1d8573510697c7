using System.Globalization;
using System.Text;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>One instruction of a program: an operation on results of earlier instructions.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="Arguments">The instructions whose results it takes.</param>
/// <param name="Value">The number of a constant.</param>
/// <param name="Leaf">Which leaf it reads.</param>
internal sealed record Instruction(Operation Operation, int[] Arguments, double Value, int Leaf);

/// <summary>
/// What a generated loop does for each vector of neurons: read leaves, compute, store rows and add to sums. Terms that occur twice are
/// computed once, and what nothing needs is not computed.
/// </summary>
internal sealed class StepProgram
{
    private readonly List<Instruction> instructions = [];
    private readonly Dictionary<Term, int> places = [];
    private readonly Dictionary<string, int> known = new(StringComparer.Ordinal);
    private readonly bool single;

    /// <summary>Makes a program.</summary>
    /// <param name="single">True for float, false for double: what the exponential function is made of depends on it.</param>
    /// <param name="stores">Terms and the rows they are stored to.</param>
    /// <param name="sums">Terms and the sums they are added to.</param>
    public StepProgram(bool single, IEnumerable<(Term Term, int Row)> stores, IEnumerable<(Term Term, int Sum)> sums)
    {
        this.single = single;
        Stores = [.. stores.Select(store => (Place(store.Term), store.Row))];
        Sums = [.. sums.Select(sum => (Place(sum.Term), sum.Sum))];
    }

    public IReadOnlyList<Instruction> Instructions => instructions;

    /// <summary>Instructions whose results are stored, with the row.</summary>
    public IReadOnlyList<(int Instruction, int Row)> Stores { get; }

    /// <summary>Instructions whose results are added up, with the sum.</summary>
    public IReadOnlyList<(int Instruction, int Sum)> Sums { get; }

    /// <summary>Whether it is made of floats.</summary>
    public bool IsSingle => single;

    /// <summary>Whether a leaf is read.</summary>
    public bool Reads(int leaf) => instructions.Exists(instruction => instruction.Operation == Operation.Leaf && instruction.Leaf == leaf);

    /// <summary>A text that is the same for programs that do the same.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(single ? "float" : "double");
        foreach (var instruction in instructions)
        {
            text.Append('|').Append(Key(instruction));
        }

        text.AppendJoin(',', Stores.Select(store => $"|{store.Instruction}>{store.Row}"));
        text.AppendJoin(',', Sums.Select(sum => $"|{sum.Instruction}+{sum.Sum}"));
        return text.ToString();
    }

    private static string Key(Instruction instruction) => string.Create(
        CultureInfo.InvariantCulture,
        $"{instruction.Operation}({string.Join(',', instruction.Arguments)};{BitConverter.DoubleToInt64Bits(instruction.Value):x};{instruction.Leaf})");

    private int Place(Term term)
    {
        if (places.TryGetValue(term, out var place))
        {
            return place;
        }

        place = term.Operation switch
        {
            Operation.Same => Place(term.Arguments[0]),
            Operation.Exp => Place(Exponential(term.Arguments[0])),
            Operation.Round => Place(Rounded(term.Arguments[0])),
            _ => Add(new Instruction(term.Operation, Array.ConvertAll(term.Arguments, Place), term.Value, term.Index)),
        };
        places[term] = place;
        return place;
    }

    private int Add(Instruction instruction)
    {
        var key = Key(instruction);
        if (!known.TryGetValue(key, out var place))
        {
            place = instructions.Count;
            instructions.Add(instruction);
            known.Add(key, place);
        }

        return place;
    }

    private Term Shift => Term.Constant(single ? 12582912.0 : 6755399441055744.0); // adding it pushes the fraction out of a number: what is left is rounded

    private Term Rounded(Term x) => Minus(Plus(x, Shift), Shift);

    /// <summary>
    /// exp(x) = 2^n exp(r) with n = round(x / ln 2) and |r| at most ln(2)/2, where the Taylor series is exact to rounding after
    /// r^7 (float) or r^13 (double). Within 2 units in the last place; overflows to infinity, underflows gradually to 0, keeps NaN.
    /// </summary>
    private Term Exponential(Term x)
    {
        // ln 2 in two parts: n times the first, which has few digits, is exact
        var (high, low) = single ? (0.693359375, -2.1219444005469057e-4) : (0.69314718036912382, 1.9082149292705877e-10);

        // beyond these bounds the result is 0 or infinity
        x = new Term(Operation.AtMost, x, Term.Constant(single ? 89 : 710));
        x = new Term(Operation.AtLeast, x, Term.Constant(single ? -104 : -746));
        var n = Rounded(Times(x, Term.Constant(1.4426950408889634)));
        var r = Minus(Minus(x, Times(n, Term.Constant(high))), Times(n, Term.Constant(low)));
        var half = Rounded(Times(n, Term.Constant(0.5))); // 2^n in two factors, neither out of range
        var tail = Term.Constant(1 / Factorial(single ? 7 : 13));
        for (var k = single ? 6 : 12; k >= 2; k--)
        {
            tail = Plus(Times(tail, r), Term.Constant(1 / Factorial(k)));
        }

        var series = Plus(Term.Constant(1), Plus(r, Times(Times(r, r), tail)));
        return Times(
            Times(series, new Term(Operation.PowerOfTwo, Plus(half, Shift))),
            new Term(Operation.PowerOfTwo, Plus(Minus(n, half), Shift)));
    }

    private static double Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1);

    private static Term Plus(Term a, Term b) => new(Operation.Add, a, b);

    private static Term Minus(Term a, Term b) => new(Operation.Subtract, a, b);

    private static Term Times(Term a, Term b) => new(Operation.Multiply, a, b);
}
