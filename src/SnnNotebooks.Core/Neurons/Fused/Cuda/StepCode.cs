using System.Globalization;
using System.Text;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>Prints a program's instructions as C: one constant for each,
/// operation by operation as <see cref="LoopCompiler"/> does them.</summary>
/// <param name="program">The program.</param>
/// <param name="result">What the names of its results begin with.</param>
/// <param name="number">The C expression of each number it is given, of type <c>real</c>.</param>
/// <param name="rows">The C variable of each row it reads.</param>
internal sealed class StepCode(StepProgram program, char result, Func<int, string> number, IReadOnlyDictionary<int, string> rows)
{
    /// <summary>The name of an instruction's result.</summary>
    public string Result(int instruction) => string.Create(CultureInfo.InvariantCulture, $"{result}{instruction}");

    /// <summary>Prints them, each on a line of its own.</summary>
    /// <param name="to">Where to.</param>
    public void Print(StringBuilder to)
    {
        for (var i = 0; i < program.Instructions.Count; i++)
        {
            to.Append("      const real ").Append(Result(i)).Append(" = ").Append(Expression(program.Instructions[i])).Append(";\n");
        }
    }

    private string Expression(Instruction instruction)
    {
        var a = Array.ConvertAll(instruction.Arguments, Result);
        return instruction.Operation switch
        {
            Operation.Constant => Constant(instruction.Value),
            Operation.Number => number(instruction.Index),
            Operation.Leaf => rows[instruction.Index],
            Operation.Add => $"{a[0]} + {a[1]}",
            Operation.Subtract => $"{a[0]} - {a[1]}",
            Operation.Multiply => $"{a[0]} * {a[1]}",
            Operation.Divide => $"{a[0]} / {a[1]}",
            Operation.Negate => $"-{a[0]}",
            Operation.Select => $"{a[0]} >= 0 ? {a[1]} : {a[2]}",
            Operation.Step => $"{a[0]} >= 0 ? (real)1 : (real)0",
            Operation.AtMost => $"{a[0]} > {a[1]} ? {a[1]} : {a[0]}",
            Operation.AtLeast => $"{a[0]} < {a[1]} ? {a[1]} : {a[0]}",
            Operation.Log => Function("log", a[0]),
            Operation.Sin => Function("sin", a[0]),
            Operation.Cos => Function("cos", a[0]),
            Operation.PowerOfTwo when program.IsSingle => $"__uint_as_float((__float_as_uint({a[0]}) << 23) + 0x3f800000u)",
            Operation.PowerOfTwo =>
                $"__longlong_as_double((long long)(((unsigned long long)__double_as_longlong({a[0]}) << 52) + 0x3ff0000000000000ull))",
            _ => throw new InvalidOperationException($"A program has no instruction {instruction.Operation}."),
        };
    }

    private string Function(string name, string argument) => $"{name}{(program.IsSingle ? "f" : string.Empty)}({argument})";

    /// <summary>A number by its bits, so that no reader of decimals comes in between.</summary>
    private string Constant(double value) => program.IsSingle
        ? $"__uint_as_float(0x{BitConverter.SingleToUInt32Bits((float)value):x8}u)"
        : $"__longlong_as_double((long long)0x{BitConverter.DoubleToUInt64Bits(value):x16}ull)";
}
