using System.Text;
using static TorchSharp.torch;

namespace SnnNotebooks.Neurons.Fused.Cuda;

/// <summary>
/// The sweeps of a neuron as CUDA C: a thread takes one neuron, or several neighbours, through all time steps. <c>KERNEL</c>,
/// <c>DEVICE</c>, the thread's indices and the casts of bits are left to who compiles it: NVRTC (<see cref="Prelude"/>), or the tests'
/// compilers. All places are 64-bit numbers.
/// </summary>
/// <param name="trace">The step.</param>
/// <param name="type">Of the sequences; float16 and bfloat16 are computed with in float.</param>
internal sealed class SweepCode(StepTrace trace, ScalarType type)
{
    /// <summary>Threads of a block.</summary>
    public const int BlockThreads = 256;

    /// <summary>The most steps whose charged variables the backward sweep keeps at a time.</summary>
    public const int LongestChunk = 32;

    /// <summary>What NVRTC is given before each source.</summary>
    public const string Prelude =
        "#define KERNEL extern \"C\" __global__ void __launch_bounds__(256)\n#define DEVICE static __device__ __forceinline__\n"
        + "#define RESTRICT __restrict__\n" + LaneCode.Conversions;

    /// <summary>
    /// The most registers that a thread fills with what it keeps from step to step. A multiprocessor has 65,536: with 128 for each thread
    /// two blocks run on it at once, and 48 are left for what a step computes, and for addresses.
    /// </summary>
    private const int KeptRegisters = 80;

    /// <summary>The programs, whose constants are the numbers given to the kernel.</summary>
    public StepPrograms Programs { get; } = new(trace, single: type != ScalarType.Float64);

    /// <summary>
    /// Steps of a chunk of the backward sweep. Where they divide the sequence, no step of a chunk depends on a condition, and loads of
    /// later steps can be started before earlier ones are computed: all of a short sequence, or the longest part of a long one.
    /// </summary>
    public static int Chunk(long steps)
    {
        if (steps <= LongestChunk)
        {
            return (int)steps;
        }

        for (var chunk = LongestChunk; chunk >= LongestChunk / 2; chunk--)
        {
            if (steps % chunk == 0)
            {
                return chunk;
            }
        }

        return LongestChunk; // the last chunk is a part of one
    }

    /// <summary>
    /// The most neurons that a thread takes: as many as fill 16 bytes of a sequence, or fewer where what it keeps from step to step would
    /// leave the registers.
    /// </summary>
    /// <param name="chunk">Steps of a chunk of the backward sweep; 0 for the forward sweep.</param>
    public int Widest(int chunk)
    {
        var kept = trace.Variables + Own.Length;
        if (chunk > 0)
        {
            kept = (chunk * (Read(StepRows.Before).Length + Read(StepRows.Charged).Length))
                + (2 * kept) + (2 * Programs.Reverse.Sums.Count);
        }

        var registers = kept * (type == ScalarType.Float64 ? 2 : 1);
        var width = LaneCode.LoadBytes / LaneCode.Bytes(type);
        while (width > 1 && width * registers > KeptRegisters)
        {
            width /= 2;
        }

        return width;
    }

    /// <summary>Kernel <c>forward</c>; it takes two sequences and the fields of <c>Arguments</c>, in their order, 8 bytes each.</summary>
    /// <param name="width">Neurons of a thread.</param>
    public PrintedKernel Forward(int width)
    {
        var program = Programs.Forward;
        var text = Begin(
            "forward",
            width,
            ["element* RESTRICT output"],
            [.. Each("const real* initial"), .. Each("real* final_"), .. Rows("const real* row")],
            Constants("number", program));
        text.Append("  #pragma unroll 4\n  for (long long t = 0; t < a.steps; t++) {\n");
        text.Append("    const Lanes<element> xs = load(input + t * a.xstep + n);\n    Lanes<element> out;\n");
        BeginLanes(text);
        var code = new StepCode(program, 'r', Number("a.number"), Present());
        code.Print(text);
        foreach (var (instruction, row) in program.Stores.Where(store => store.Row == StepRows.Output))
        {
            Line(text, $"      set(out, j, narrow({code.Result(instruction)}));");
        }

        Advance(text, program, code);
        text.Append("    }\n    store(output + t * a.neurons + n, out);\n  }\n");
        ForVariables(text, i => $"  store(a.final_[{i}] + n, v{i});");
        return PrintedKernel.Of("forward", text.Append("}\n").ToString(), sequences: 2);
    }

    /// <summary>
    /// Kernel <c>backward</c>, of three sequences. Whatever the gradients depend on is computed again from the input, a chunk of steps at
    /// a time, the last one first; where each chunk but the last begins is kept in <c>kept</c> [chunk, variable, n].
    /// </summary>
    /// <param name="chunk">Steps of a chunk.</param>
    /// <param name="divides">Whether all chunks have so many; else the last one may have fewer.</param>
    /// <param name="width">Neurons of a thread.</param>
    public PrintedKernel Backward(int chunk, bool divides, int width)
    {
        var reverse = Programs.Reverse;
        var text = Begin(
            "backward",
            width,
            ["const element* RESTRICT gradOutput", "element* RESTRICT gradX"],
            [
                "real* kept;", "double* sum;",
                .. Each("const real* initial"), .. Each("const real* gradFinal"), .. Each("real* gradInitial"),
                .. Rows("const real* row"), .. Rows("real* gradRow"),
            ],
            ["long long gostep;", .. Constants("number", reverse), .. Constants("charging", Programs.Recharge)]);
        Line(text, $"  const long long last = (a.steps - 1) / {chunk} * {chunk};");
        if (Programs.Recharge is { } passing)
        {
            text.Append("  #pragma unroll 4\n  for (long long t = 0; t < last; t++) {\n");
            ForVariables(
                text,
                i => $"    if (t % {chunk} == 0) store(a.kept + (t / {chunk} * {trace.Variables} + {i}) * a.neurons + n, v{i});");
            text.Append("    const Lanes<element> xs = load(input + t * a.xstep + n);\n");
            BeginLanes(text);
            var code = new StepCode(passing, 'c', Number("a.charging"), Present());
            code.Print(text);
            Advance(text, passing, code);
            text.Append("    }\n  }\n");
        }

        ForVariables(text, i => $"  Lanes<real> g{i} = loadOr(a.gradFinal[{i}], n, 0);");
        foreach (var i in Own)
        {
            Line(text, $"  Lanes<real> d{i} = Lanes<real>();");
        }

        foreach (var (_, sum) in reverse.Sums)
        {
            Line(text, $"  Lanes<double> s{sum} = Lanes<double>();");
        }

        Line(text, $"  for (long long from = last; from >= 0; from -= {chunk}) {{");
        var within = divides ? string.Empty : "if (from + k < a.steps) ";
        Recharge(text, chunk, within);
        Reverse(text, chunk, within);
        text.Append("  }\n");
        ForVariables(text, i => $"  if (a.gradInitial[{i}]) store(a.gradInitial[{i}] + n, g{i});");
        foreach (var i in Own)
        {
            Line(text, $"  store(a.gradRow[{i}] + n, d{i});");
        }

        foreach (var (_, sum) in reverse.Sums)
        {
            Line(text, $"  store(a.sum + {System.Array.IndexOf(trace.Shared, sum)} * a.neurons + n, s{sum});");
        }

        return PrintedKernel.Of("backward", text.Append("}\n").ToString(), sequences: 3);
    }

    /// <summary>The numbers that each neuron has of its own.</summary>
    private int[] Own { get; } =
        [.. Enumerable.Range(0, trace.Numbers.Count).Where(i => trace.Numbers[i].Operation == Operation.Leaf)];

    private static void Line(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');

    private static void BeginLanes(StringBuilder text) =>
        text.Append("    #pragma unroll\n    for (int j = 0; j < W; j++) {\n      const real x = wide(get(xs, j));\n");

    private static string Name(string kind, int index) => FormattableString.Invariant($"{kind}{index}");

    private static IEnumerable<string> Array(string name, int count) =>
        count == 0 ? [] : [FormattableString.Invariant($"{name}[{count}];")];

    private IEnumerable<string> Each(string name) => Array(name, trace.Variables);

    private IEnumerable<string> Rows(string name) => Array(name, trace.Numbers.Count);

    private static IEnumerable<string> Constants(string name, StepProgram? program) =>
        program is null ? [] : Array($"double {name}", program.Constants.Count);

    /// <summary>A number that a program is given: one of the neuron's, or one of the equation's constants behind them.</summary>
    private Func<int, string> Number(string constants) => index => index < trace.Numbers.Count
        ? Name("h", index)
        : FormattableString.Invariant($"(real){constants}[{index - trace.Numbers.Count}]");

    private int[] Read(Func<int, int> row) => [.. Enumerable.Range(0, trace.Variables).Where(i => Programs.Reverse.Reads(row(i)))];

    private void ForVariables(StringBuilder text, Func<int, FormattableString> line)
    {
        for (var i = 0; i < trace.Variables; i++)
        {
            Line(text, line(i));
        }
    }

    /// <summary>A kernel's arguments and beginning: its neurons, the variables before the first step, the numbers.</summary>
    /// <param name="kernel">Its name.</param>
    /// <param name="width">Neurons of a thread.</param>
    /// <param name="sequences">
    /// The sequences besides the input. Only as parameters of their own can they be known to overlap with nothing: a load of a later step
    /// needs not wait for the store of an earlier one then.
    /// </param>
    /// <param name="tensors">The other tensors; where a thread has more than one neuron all begin at multiples of 16 bytes.</param>
    /// <param name="constants">The equation's constants.</param>
    private StringBuilder Begin(
        string kernel, int width, IEnumerable<string> sequences, IEnumerable<string> tensors, IEnumerable<string> constants)
    {
        var text = new StringBuilder(LaneCode.Print(type, width));
        text.Append("struct Arguments {\n  ");
        text.AppendJoin("\n  ",
        [
            .. tensors, "const double* shared;", "long long xstep;", "long long steps;", "long long neurons;",
            .. Each("double rest"), .. constants,
        ]);
        text.Append("\n};\nKERNEL ").Append(kernel).Append('(')
            .AppendJoin(", ", ["const element* RESTRICT input", .. sequences, "const Arguments a"]).Append(") {\n");
        Line(text, $"  const long long n = ((long long)blockIdx.x * {BlockThreads} + threadIdx.x) * W;");
        text.Append("  if (n >= a.neurons) return;\n");
        ForVariables(text, i => $"  Lanes<real> v{i} = loadOr(a.initial[{i}], n, a.rest[{i}]);");
        foreach (var i in Own)
        {
            Line(text, $"  const Lanes<real> p{i} = load(a.row[{i}] + n);");
        }

        for (var i = 0; i < trace.Shared.Length; i++)
        {
            Line(text, $"  const real h{trace.Shared[i]} = (real)a.shared[{i}];");
        }

        return text;
    }

    /// <summary>The names of what a step reads on its way forward.</summary>
    private Dictionary<int, string> Present()
    {
        var rows = Always();
        for (var i = 0; i < trace.Variables; i++)
        {
            rows[StepRows.Before(i)] = Name("v", i) + ".lane[j]";
        }

        return rows;
    }

    private Dictionary<int, string> Always()
    {
        var rows = new Dictionary<int, string> { [StepRows.X] = "x", [StepRows.GradOutput] = "go" };
        foreach (var i in Own)
        {
            rows[StepRows.Number(i)] = Name("p", i) + ".lane[j]";
            rows[StepRows.GradNumber(i)] = Name("d", i) + ".lane[j]";
        }

        return rows;
    }

    /// <summary>The variables after the step take the place of those before it.</summary>
    private void Advance(StringBuilder text, StepProgram program, StepCode code)
    {
        foreach (var (instruction, row) in program.Stores)
        {
            for (var i = 0; i < trace.Variables; i++)
            {
                if (row == StepRows.After(i))
                {
                    Line(text, $"      v{i}.lane[j] = {code.Result(instruction)};");
                }
            }
        }
    }

    /// <summary>Takes the variables through a chunk, and keeps what the gradients depend on.</summary>
    private void Recharge(StringBuilder text, int chunk, string within)
    {
        if (Programs.Recharge is not { } recharge)
        {
            return;
        }

        ForVariables(text, i => $"    if (from < last) v{i} = load(a.kept + (from / {chunk} * {trace.Variables} + {i}) * a.neurons + n);");
        string[] kept =
            [.. Read(StepRows.Before).Select(i => Name("before", i)), .. Read(StepRows.Charged).Select(i => Name("charged", i))];
        foreach (var name in kept)
        {
            Line(text, $"    real {name}[{chunk}][W];");
        }

        Line(text, $"    #pragma unroll\n    for (int k = 0; k < {chunk}; k++) {within}{{");
        text.Append("    const Lanes<element> xs = load(input + (from + k) * a.xstep + n);\n");
        BeginLanes(text);
        foreach (var i in Read(StepRows.Before))
        {
            Line(text, $"      before{i}[k][j] = v{i}.lane[j];");
        }

        var code = new StepCode(recharge, 'c', Number("a.charging"), Present());
        code.Print(text);
        foreach (var (instruction, row) in recharge.Stores)
        {
            foreach (var i in Read(StepRows.Charged).Where(i => row == StepRows.Charged(i)))
            {
                Line(text, $"      charged{i}[k][j] = {code.Result(instruction)};");
            }
        }

        Advance(text, recharge, code);
        text.Append("    }\n    }\n");
    }

    /// <summary>Takes the gradients back through a chunk.</summary>
    private void Reverse(StringBuilder text, int chunk, string within)
    {
        var rows = Always();
        for (var i = 0; i < trace.Variables; i++)
        {
            rows[StepRows.Before(i)] = Name("before", i) + "[k][j]";
            rows[StepRows.Charged(i)] = Name("charged", i) + "[k][j]";
            rows[StepRows.Carried(i)] = Name("g", i) + ".lane[j]";
        }

        Line(text, $"    #pragma unroll\n    for (int k = {chunk - 1}; k >= 0; k--) {within}{{");
        text.Append("    const long long t = from + k;\n    Lanes<element> gxs;\n");
        text.Append("    const Lanes<element> xs = ").Append(Programs.ReadsX ? "load(input + t * a.xstep + n);\n" : "Lanes<element>();\n");
        text.Append("    const Lanes<element> gos = load(gradOutput + t * a.gostep + n);\n");
        BeginLanes(text);
        text.Append("      const real go = wide(get(gos, j));\n");
        var code = new StepCode(Programs.Reverse, 'q', Number("a.number"), rows);
        code.Print(text);
        foreach (var (instruction, row) in Programs.Reverse.Stores)
        {
            Line(text, row == StepRows.GradX
                ? (FormattableString)$"      set(gxs, j, narrow({code.Result(instruction)}));"
                : $"      {rows[row]} = {code.Result(instruction)};");
        }

        foreach (var (instruction, sum) in Programs.Reverse.Sums)
        {
            Line(text, $"      s{sum}.lane[j] += (double){code.Result(instruction)};");
        }

        text.Append("    }\n    store(gradX + t * a.neurons + n, gxs);\n    }\n");
    }
}
