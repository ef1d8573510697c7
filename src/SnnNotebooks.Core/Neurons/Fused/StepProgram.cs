using System.Globalization;
using System.Text;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>One instruction of a program: an operation on results of earlier instructions.</summary>
/// <param name="Operation">What is done.</param>
/// <param name="Arguments">The instructions whose results it takes.</param>
/// <param name="Value">The number of a constant that is part of the code.</param>
/// <param name="Index">Which number of the kernel or which row it reads.</param>
internal sealed record Instruction(Operation Operation, int[] Arguments, double Value, int Index);

/// <summary>
/// What a generated loop does for each vector of neurons: read rows, compute, store rows and add to sums. Terms that occur twice are
/// computed once, and what nothing needs is not computed. An equation's constants are not part of it but numbers the loop is given,
/// after those of the neuron: equations that differ in their constants only have the same program. Only 0 and 1, which differentiation
/// leaves out, and what a function is computed with are code.
/// </summary>
internal sealed class StepProgram
{
    private readonly List<Instruction> instructions = [];
    private readonly Dictionary<Term, int> places = [];
    private readonly Dictionary<string, int> known = new(StringComparer.Ordinal);
    private readonly List<double> constants = [];
    private readonly bool single;
    private readonly int numbers;
    private GeneratedLoop? code;
    private GeneratedLoop? streaming;

    /// <summary>Makes a program.</summary>
    /// <param name="single">True for float, false for double: what the exponential function is made of depends on it.</param>
    /// <param name="numbers">How many numbers the neuron has; the constants follow them.</param>
    /// <param name="stores">Terms and the rows they are stored to.</param>
    /// <param name="sums">Terms and the sums they are added to.</param>
    /// <param name="keepsStates">Whether the variables after each step are kept, in rows of their own; else only the last step's.</param>
    public StepProgram(
        bool single,
        int numbers,
        IEnumerable<(Term Term, int Row)> stores,
        IEnumerable<(Term Term, int Sum)> sums,
        bool keepsStates = false)
    {
        (this.single, this.numbers, KeepsStates) = (single, numbers, keepsStates);
        Stores = [.. stores.Select(store => (Place(store.Term), store.Row))];
        Sums = [.. sums.Select(sum => (Place(sum.Term), sum.Sum))];
    }

    public IReadOnlyList<Instruction> Instructions => instructions;

    /// <summary>The constants, in the order in which the loop is given them.</summary>
    public IReadOnlyList<double> Constants => constants;

    /// <summary>The loop that does it, compiled when it is first asked for; programs that do the same share it.</summary>
    public GeneratedLoop Code => code ??= LoopCompiler.Compile(this);

    /// <summary>The same; what it gives for every step goes past the caches (<see cref="LoopCompiler.Compile"/>).</summary>
    public GeneratedLoop Streaming => streaming ??= LoopCompiler.Compile(this, streams: true);

    /// <summary>What the code takes as its numbers: those given at each call, then the constants.</summary>
    public double[] Given(double[] given) => [.. given, .. constants];

    /// <summary>Instructions whose results are stored, with the row.</summary>
    public IReadOnlyList<(int Instruction, int Row)> Stores { get; }

    /// <summary>Instructions whose results are added up, with the sum.</summary>
    public IReadOnlyList<(int Instruction, int Sum)> Sums { get; }

    /// <summary>Whether the variables after each step are kept.</summary>
    public bool KeepsStates { get; }

    /// <summary>Whether it is made of floats.</summary>
    public bool IsSingle => single;

    /// <summary>Whether a row is read.</summary>
    public bool Reads(int row) => instructions.Exists(instruction => instruction.Operation == Operation.Leaf && instruction.Index == row);

    /// <summary>A text that is the same for programs that do the same.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(single ? "float" : "double").Append(KeepsStates ? " kept" : string.Empty);
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
        $"{instruction.Operation}({string.Join(',', instruction.Arguments)};"
            + $"{BitConverter.DoubleToInt64Bits(instruction.Value):x};{instruction.Index})");

    private int Place(Term term)
    {
        if (places.TryGetValue(term, out var place))
        {
            return place;
        }

        place = term.Operation switch
        {
            Operation.Constant => PlaceConstant(term),
            Operation.Same => Place(term.Arguments[0]),
            Operation.Divide when Inverse(term.Arguments[1]) is { } inverse => Place(Times(term.Arguments[0], inverse)),
            Operation.Exp => Place(Exponential(term.Arguments[0])),
            Operation.Round => Place(Rounded(term.Arguments[0])),
            Operation.Add or Operation.Subtract or Operation.Multiply or Operation.Divide => Add(
                new Instruction(term.Operation, Array.ConvertAll(term.Arguments, argument => Place(Quantity(argument))), 0, 0)),
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

    private int PlaceConstant(Term term)
    {
        if (term.IsCode || BitConverter.DoubleToInt64Bits(term.Value) == 0 || term.Value == 1)
        {
            return Add(new Instruction(Operation.Constant, [], term.Value, 0));
        }

        // equal ones are one number; by their bits, as 0 and -0 are not equal
        var slot = constants.FindIndex(constant => BitConverter.DoubleToInt64Bits(constant) == BitConverter.DoubleToInt64Bits(term.Value));
        if (slot < 0)
        {
            slot = constants.Count;
            constants.Add(term.Value);
        }

        return Add(new Instruction(Operation.Number, [], 0, numbers + slot));
    }

    /// <summary>
    /// One over a constant, where multiplying by it gives the same bits as dividing by the constant, only faster: powers of two whose
    /// inverse a float holds.
    /// </summary>
    private static Term? Inverse(Term divisor)
    {
        var exponent = Math.ILogB(divisor.Value);
        return divisor.IsConstant && exponent is >= -126 and <= 126 && Math.ScaleB(1, exponent) == Math.Abs(divisor.Value)
            ? Term.Constant(1 / divisor.Value)
            : null;
    }

    /// <summary>What is computed with: x for x - 0, which differs from it only in what the next operation makes alike.</summary>
    private static Term Quantity(Term term) =>
        term is { Operation: Operation.Subtract, Arguments: [var left, { IsConstant: true } right] }
            && BitConverter.DoubleToInt64Bits(right.Value) == 0
            ? Quantity(left)
            : term;

    private Term Shift => Term.Code(
        single ? 12582912.0 : 6755399441055744.0); // adding it pushes the fraction out of a number: what is left is rounded

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
        x = new Term(Operation.AtMost, x, Term.Code(single ? 89 : 710));
        x = new Term(Operation.AtLeast, x, Term.Code(single ? -104 : -746));
        var n = Rounded(Times(x, Term.Code(1.4426950408889634)));
        var r = Minus(Minus(x, Times(n, Term.Code(high))), Times(n, Term.Code(low)));
        var half = Rounded(Times(n, Term.Code(0.5))); // 2^n in two factors, neither out of range
        var tail = Term.Code(1 / Factorial(single ? 7 : 13));
        for (var k = single ? 6 : 12; k >= 2; k--)
        {
            tail = Plus(Times(tail, r), Term.Code(1 / Factorial(k)));
        }

        var series = Plus(Term.Code(1), Plus(r, Times(Times(r, r), tail)));
        return Times(
            Times(series, new Term(Operation.PowerOfTwo, Plus(half, Shift))),
            new Term(Operation.PowerOfTwo, Plus(Minus(n, half), Shift)));
    }

    private static double Factorial(int n) => n < 2 ? 1 : n * Factorial(n - 1);

    private static Term Plus(Term a, Term b) => new(Operation.Add, a, b);

    private static Term Minus(Term a, Term b) => new(Operation.Subtract, a, b);

    private static Term Times(Term a, Term b) => new(Operation.Multiply, a, b);
}
