using System.Globalization;
using System.Text;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>
/// The sweeps of a neuron as CUDA C: one thread for each neuron, which takes it through all time steps. <c>KERNEL</c>, the thread's
/// indices and the casts of bits are left to who compiles it: NVRTC (<see cref="Prelude"/>), or the tests' compilers.
/// </summary>
/// <param name="trace">The step.</param>
/// <param name="single">True for float, false for double.</param>
internal sealed class SweepCode(StepTrace trace, bool single)
{
    /// <summary>Threads of a block.</summary>
    public const int BlockThreads = 256;

    /// <summary>The most steps whose charged variables the backward sweep keeps at a time.</summary>
    public const int LongestChunk = 32;

    /// <summary>What NVRTC is given before each source.</summary>
    public const string Prelude = "#define KERNEL extern \"C\" __global__ void __launch_bounds__(256)\n";

    /// <summary>
    /// Adds up a row in a fixed order, whatever the device: share i takes i, i + shares, i + 2 shares, ...; who launched it
    /// adds the shares.
    /// </summary>
    public const string Totals = """
        struct Arguments { const double* values; double* totals; long long neurons; long long shares; };
        KERNEL totals(const Arguments a) {
          const long long n = (long long)blockIdx.x * 256 + threadIdx.x;
          if (n >= a.shares) return;
          double total = 0;
          for (long long i = n; i < a.neurons; i += a.shares) total += a.values[i];
          a.totals[n] = total;
        }

        """;

    /// <summary>The programs, whose constants follow the numbers given to the kernel.</summary>
    public StepPrograms Programs { get; } = new(trace, single);

    /// <summary>Steps of a chunk of the backward sweep: short sequences have code of their own, unrolled.</summary>
    public static int Chunk(long steps)
    {
        var chunk = 1;
        while (chunk < steps && chunk < LongestChunk)
        {
            chunk *= 2;
        }

        return chunk;
    }

    /// <summary>Kernel <c>forward</c>; it takes the fields of <c>Arguments</c>, in their order.</summary>
    public string Forward()
    {
        var program = Programs.Forward;
        var text = Begin(
            "forward",
            [
                .. Sequence, "real* output;",
                .. Each("const real* initial"), .. Each("real* final_"), .. Each("double rest"), .. Rows("const real* row"),
                .. Numbers("number", program),
            ]);
        text.Append("  for (long long t = 0; t < a.steps; t++) {\n    const real x = a.x[t * a.xstep + n];\n");
        var code = new StepCode(program, 'r', "a.number", Present());
        code.Print(text);
        foreach (var (instruction, row) in program.Stores.Where(store => store.Row == StepRows.Output))
        {
            Line(text, $"    a.output[t * a.neurons + n] = {code.Result(instruction)};");
        }

        Advance(text, program, code);
        text.Append("  }\n");
        ForVariables(text, i => $"  a.final_[{i}][n] = v{i};");
        return text.Append("}\n").ToString();
    }

    /// <summary>
    /// Kernel <c>backward</c>. Whatever the gradients depend on is computed again from the input, a chunk of steps at a time, the last one
    /// first; where each chunk but the last begins is kept in <c>kept</c> [chunk, variable, n].
    /// </summary>
    /// <param name="chunk">Steps of a chunk.</param>
    public string Backward(int chunk)
    {
        var reverse = Programs.Reverse;
        var text = Begin(
            "backward",
            [
                .. Sequence, "const real* gradOutput;", "real* gradX;", "real* kept;",
                .. Each("const real* initial"), .. Each("double rest"), .. Each("const real* gradFinal"), .. Each("real* gradInitial"),
                .. Rows("const real* row"), .. Rows("real* gradRow"), .. Rows("double* sum"),
                .. Numbers("number", reverse), .. Numbers("charging", Programs.Recharge),
            ]);
        Line(text, $"  const long long last = (a.steps - 1) / {chunk} * {chunk};");
        if (Programs.Recharge is { } passing)
        {
            text.Append("  for (long long t = 0; t < last; t++) {\n");
            ForVariables(text, i => $"    if (t % {chunk} == 0) a.kept[(t / {chunk} * {trace.Variables} + {i}) * a.neurons + n] = v{i};");
            text.Append("    const real x = a.x[t * a.xstep + n];\n");
            var code = new StepCode(passing, 'c', "a.charging", Present());
            code.Print(text);
            Advance(text, passing, code);
            text.Append("  }\n");
        }

        ForVariables(text, i => $"  real g{i} = a.gradFinal[{i}] ? a.gradFinal[{i}][n] : (real)0;");
        foreach (var i in NumbersAs(Operation.Leaf))
        {
            Line(text, $"  real d{i} = 0;");
        }

        foreach (var (_, sum) in reverse.Sums)
        {
            Line(text, $"  double s{sum} = 0;");
        }

        Line(text, $"  for (long long from = last; from >= 0; from -= {chunk}) {{");
        Recharge(text, chunk);
        Reverse(text, chunk);
        text.Append("  }\n");
        ForVariables(text, i => $"  if (a.gradInitial[{i}]) a.gradInitial[{i}][n] = g{i};");
        foreach (var i in NumbersAs(Operation.Leaf))
        {
            Line(text, $"  a.gradRow[{i}][n] = d{i};");
        }

        foreach (var (_, sum) in reverse.Sums)
        {
            Line(text, $"  a.sum[{sum}][n] = s{sum};");
        }

        return text.Append("}\n").ToString();
    }

    private static string[] Sequence => ["const real* x;", "long long xstep;", "long long steps;", "long long neurons;"];

    private static void Line(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');

    private static IEnumerable<string> Array(string name, int count) =>
        count == 0 ? [] : [FormattableString.Invariant($"{name}[{count}];")];

    private IEnumerable<string> Each(string name) => Array(name, trace.Variables);

    private IEnumerable<string> Rows(string name) => Array(name, trace.Numbers.Count);

    private IEnumerable<string> Numbers(string name, StepProgram? program) =>
        program is null ? [] : Array($"double {name}", trace.Numbers.Count + program.Constants.Count);

    private IEnumerable<int> NumbersAs(Operation operation) =>
        Enumerable.Range(0, trace.Numbers.Count).Where(i => trace.Numbers[i].Operation == operation);

    private void ForVariables(StringBuilder text, Func<int, FormattableString> line)
    {
        for (var i = 0; i < trace.Variables; i++)
        {
            Line(text, line(i));
        }
    }

    /// <summary>A kernel's arguments and beginning: its neuron, the variables before the first step, the neuron's own numbers.</summary>
    private StringBuilder Begin(string kernel, IEnumerable<string> fields)
    {
        var text = new StringBuilder();
        text.Append("typedef ").Append(single ? "float" : "double").Append(" real;\nstruct Arguments {\n  ");
        text.AppendJoin("\n  ", fields).Append("\n};\nKERNEL ").Append(kernel).Append("(const Arguments a) {\n");
        Line(text, $"  const long long n = (long long)blockIdx.x * {BlockThreads} + threadIdx.x;");
        text.Append("  if (n >= a.neurons) return;\n");
        ForVariables(text, i => $"  real v{i} = a.initial[{i}] ? a.initial[{i}][n] : (real)a.rest[{i}];");
        foreach (var i in NumbersAs(Operation.Leaf))
        {
            Line(text, $"  const real p{i} = a.row[{i}][n];");
        }

        return text;
    }

    /// <summary>The names of what a step reads on its way forward.</summary>
    private Dictionary<int, string> Present()
    {
        var rows = Own();
        for (var i = 0; i < trace.Variables; i++)
        {
            rows[StepRows.Before(i)] = Name("v", i);
        }

        return rows;
    }

    private Dictionary<int, string> Own()
    {
        var rows = new Dictionary<int, string> { [StepRows.X] = "x", [StepRows.GradOutput] = "go" };
        foreach (var i in NumbersAs(Operation.Leaf))
        {
            rows[StepRows.Number(i)] = Name("p", i);
            rows[StepRows.GradNumber(i)] = Name("d", i);
        }

        return rows;
    }

    private static string Name(string kind, int index) => FormattableString.Invariant($"{kind}{index}");

    /// <summary>The variables after the step take the place of those before it.</summary>
    private void Advance(StringBuilder text, StepProgram program, StepCode code)
    {
        foreach (var (instruction, row) in program.Stores)
        {
            for (var i = 0; i < trace.Variables; i++)
            {
                if (row == StepRows.After(i))
                {
                    Line(text, $"    v{i} = {code.Result(instruction)};");
                }
            }
        }
    }

    /// <summary>Takes the variables through a chunk, and keeps what the gradients depend on.</summary>
    private void Recharge(StringBuilder text, int chunk)
    {
        if (Programs.Recharge is not { } recharge)
        {
            return;
        }

        ForVariables(text, i => $"    if (from < last) v{i} = a.kept[(from / {chunk} * {trace.Variables} + {i}) * a.neurons + n];");
        ForVariables(text, i => $"    real before{i}[{chunk}], charged{i}[{chunk}];");
        Line(text, $"    #pragma unroll\n    for (int k = 0; k < {chunk}; k++) if (from + k < a.steps) {{");
        text.Append("    const real x = a.x[(from + k) * a.xstep + n];\n");
        ForVariables(text, i => $"    before{i}[k] = v{i};");
        var code = new StepCode(recharge, 'c', "a.charging", Present());
        code.Print(text);
        foreach (var (instruction, row) in recharge.Stores)
        {
            for (var i = 0; i < trace.Variables; i++)
            {
                if (row == StepRows.Charged(i))
                {
                    Line(text, $"    charged{i}[k] = {code.Result(instruction)};");
                }
            }
        }

        Advance(text, recharge, code);
        text.Append("    }\n");
    }

    /// <summary>Takes the gradients back through a chunk.</summary>
    private void Reverse(StringBuilder text, int chunk)
    {
        var rows = Own();
        for (var i = 0; i < trace.Variables; i++)
        {
            rows[StepRows.Before(i)] = Name("before", i) + "[k]";
            rows[StepRows.Charged(i)] = Name("charged", i) + "[k]";
            rows[StepRows.Carried(i)] = Name("g", i);
        }

        Line(text, $"    #pragma unroll\n    for (int k = {chunk - 1}; k >= 0; k--) if (from + k < a.steps) {{");
        text.Append("    const long long t = from + k;\n    const real x = a.x[t * a.xstep + n];\n");
        text.Append("    const real go = a.gradOutput ? a.gradOutput[t * a.neurons + n] : (real)0;\n");
        var code = new StepCode(Programs.Reverse, 'q', "a.number", rows);
        code.Print(text);
        foreach (var (instruction, row) in Programs.Reverse.Stores)
        {
            var target = row == StepRows.GradX ? "a.gradX[t * a.neurons + n]" : rows[row];
            Line(text, $"    {target} = {code.Result(instruction)};");
        }

        foreach (var (instruction, sum) in Programs.Reverse.Sums)
        {
            Line(text, $"    s{sum} += (double){code.Result(instruction)};");
        }

        text.Append("    }\n");
    }
}
