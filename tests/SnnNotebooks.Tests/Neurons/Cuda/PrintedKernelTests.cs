using SnnNotebooks.Neurons;
using SnnNotebooks.Neurons.Fused;
using SnnNotebooks.Neurons.Fused.Cuda;
using SnnNotebooks.Surrogates;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Neurons.Cuda;

/// <summary>
/// The kernels that are printed for CUDA devices, without one: as C++ they give the bits of the CPU's, and clang makes PTX of them.
/// </summary>
public sealed class PrintedKernelTests
{
    private static readonly ScalarType[] Types = [ScalarType.Float32, ScalarType.Float64, ScalarType.Float16, ScalarType.BFloat16];

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void Every_equation_with_every_surrogate_gives_the_bits_of_the_CPU_kernels()
    {
        using var folder = new TemporaryFolder();
        using var launcher = new LoopLauncher();
        var (surrogates, numbers) = (Sweeps(Traces(), launcher), Sweeps(TracesWithNumbers(), launcher));
        for (var run = 0; run < 2; run++)
        {
            foreach (var (name, trace, sweep) in surrogates)
            {
                Compare(name, trace, sweep, ScalarType.Float32, 4, 48, launcher);
                Compare(name, trace, sweep, ScalarType.Float64, 33, 37, launcher);
            }

            // one chunk, several and a part of one; neurons that fill threads of any width, and those that leave each one
            foreach (var (name, trace, sweep) in numbers)
            {
                foreach (var type in Types)
                {
                    foreach (var (steps, neurons) in new[] { (1, 1), (1, 48), (4, 37), (4, 48), (4, 0), (33, 37), (40, 48), (70, 42) })
                    {
                        Compare(name, trace, sweep, type, steps, neurons, launcher);
                    }
                }
            }

            if (run == 0)
            {
                launcher.Compile(folder.Path);
            }
        }
    }

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void Inputs_that_begin_anywhere_and_steps_that_lie_apart_are_read_where_they_are()
    {
        using var folder = new TemporaryFolder();
        using var launcher = new LoopLauncher();
        var (name, trace, sweep) = Sweeps(Traces(), launcher)[0];
        for (var run = 0; run < 2; run++)
        {
            using var scope = NewDisposeScope();
            manual_seed(1);
            foreach (var (type, widest) in Types.Zip([4, 2, 8, 8]))
            {
                var memory = (randn(5 * 64, dtype: ScalarType.Float32) * 2).to(type);
                foreach (var (x, width) in new[]
                {
                    (memory.as_strided([4, 48], [64, 1]), widest), (memory.as_strided([4, 48], [0, 1], 16), widest),
                    (memory.as_strided([4, 48], [50, 1]), 2), (memory.as_strided([4, 48], [64, 1], 1), 1),
                    (memory.as_strided([4, 44], [64, 1]), Math.Min(widest, 4)), (memory.as_strided([1, 48], [3, 1]), widest),
                })
                {
                    var start = new SweepStart([null], [0.25], null, [.. trace.Numbers.Select(_ => (Tensor?)null)]);
                    Same(name, [.. Flat(new FusedKernel(trace).Forward(x, start))], [.. Flat(sweep.Forward(x, start))], launcher);
                    Assert.Equal(x.shape[1] / width, launcher.Threads);
                }
            }

            if (run == 0)
            {
                launcher.Compile(folder.Path);
            }
        }

        static Tensor[] Flat((Tensor Output, Tensor[] Final) results) => [results.Output, .. results.Final];
    }

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void The_last_neurons_of_more_than_2_to_the_32_elements_are_found()
    {
        // of these tensors only the last pages are ever touched, so no more memory is taken
        const long Steps = 5;
        const long Neurons = (1L << 30) + 512;
        using var folder = new TemporaryFolder();
        using var launcher = new LoopLauncher { OnlyLastBlock = true };
        var (name, trace, sweep) = Sweeps(Traces(), launcher)[0];
        using var scope = NewDisposeScope();
        var x = empty(Steps, Neurons, dtype: ScalarType.BFloat16);
        var g = empty(Steps, Neurons, dtype: ScalarType.BFloat16);
        var start = new SweepStart([null], [0.25], null, [.. trace.Numbers.Select(_ => (Tensor?)null)]);
        sweep.Forward(x, start);
        sweep.Backward(x, start, g, [null]);
        launcher.Compile(folder.Path);

        Tensor End(Tensor of) => of.narrow(of.dim() - 1, Neurons - 512, 512);
        manual_seed(2);
        End(x).copy_(randn(Steps, 512) * 2);
        End(g).copy_(randn(Steps, 512));
        var (output, final) = sweep.Forward(x, start);
        var gradient = sweep.Backward(x, start, g, [null]).X;
        var kernel = new FusedKernel(trace);
        var (xs, gs) = (End(x).contiguous(), End(g).contiguous());
        var (expectedOutput, expectedFinal) = kernel.Forward(xs, start);
        Same(
            name,
            [expectedOutput, expectedFinal[0], kernel.Backward(xs, start, gs, [null]).X],
            [End(output), End(final[0]), End(gradient)],
            launcher);
        Assert.True(Neurons / launcher.Threads > 1);
    }

    [NeedsToolTheory(Compiler.Clang, "clang-14")]
    [InlineData(true)]
    [InlineData(false)]
    public void Clang_makes_PTX_of_every_equation_contracts_nothing_and_keeps_floats_in_registers(bool single)
    {
        var codes = TracesWithNumbers().SelectMany(
            entry => Types.Where(type => type == ScalarType.Float64 != single).Select(type => new SweepCode(entry.Trace, type)));
        string[] sources =
        [
            .. codes.SelectMany(code => new[] { code.Forward(code.Widest(0)).Source, code.Backward(4, true, code.Widest(4)).Source }),
            DeviceSum.Source(single ? ScalarType.Float32 : ScalarType.Float64, 2),
        ];
        var made = Ptx(sources);
        Assert.Equal(sources.Length, made.Split(".visible .entry").Length - 1);
        Assert.DoesNotContain("fma.", made, StringComparison.Ordinal);

        // of doubles clang puts the number where a variable starts there, to choose between it and a tensor by address
        Assert.True(!single || !made.Contains("__local_depot", StringComparison.Ordinal));
    }

    [NeedsToolTheory(Compiler.Clang, "clang-14")]
    [InlineData(ScalarType.Float32, "v4.f32")]
    [InlineData(ScalarType.Float64, "v2.f64")]
    [InlineData(ScalarType.Float16, "v4.u32")]
    [InlineData(ScalarType.BFloat16, "v4.u32")]
    public void LIF_loads_and_stores_16_bytes_at_a_time(ScalarType type, string load)
    {
        using var neuron = new LIFNode();
        var code = new SweepCode(Trace(neuron), type);
        foreach (var kernel in new[] { code.Forward(code.Widest(0)), code.Backward(4, true, code.Widest(4)) })
        {
            // nc: nothing that the kernel writes is loaded, so loads need not wait for stores
            var made = Ptx(kernel.Source);
            Assert.Contains("ld.global.nc." + load, made, StringComparison.Ordinal);
            Assert.Contains("st.global." + load, made, StringComparison.Ordinal);
        }
    }

    /// <summary>What clang makes of sources.</summary>
    private static string Ptx(params string[] sources)
    {
        using var folder = new TemporaryFolder();
        var (source, ptx) = (Path.Combine(folder.Path, "kernels.cu"), Path.Combine(folder.Path, "kernels.ptx"));
        File.WriteAllText(source, LaneCode.Conversions + string.Concat(sources.Select((text, i) => $"namespace k{i} {{\n{text}}}\n")));
        Compiler.Run(
            Compiler.Clang, "-x", "cuda", "--cuda-device-only", "-nocudainc", "-nocudalib", "--cuda-gpu-arch=sm_80", "-ffp-contract=off",
            "-O1", "-fdeclspec", "-Wno-unknown-cuda-version", "-Wno-pass-failed", "-std=c++17", "-S",
            "-include", Compiler.Header("cuda-for-clang.h"), source, "-o", ptx);
        return File.ReadAllText(ptx);
    }

    /// <summary>Each equation with each surrogate of point neurons.</summary>
    private static IEnumerable<(string Name, StepTrace Trace)> Traces()
    {
        foreach (var (name, build) in EquationTests.Builders)
        {
            foreach (var surrogate in SurrogateCatalog.Names.Where(surrogate => SurrogateCatalog.Create(surrogate).IsStep))
            {
                using var neuron = (EquationNeuron)build(SurrogateCatalog.Create(surrogate));
                yield return ($"{name}, {surrogate}", Trace(neuron));
            }
        }
    }

    /// <summary>Each equation with all its numbers learned: every other one of each neuron.</summary>
    private static IEnumerable<(string Name, StepTrace Trace)> TracesWithNumbers()
    {
        foreach (var (name, build) in EquationTests.Builders)
        {
            using var neuron = (EquationNeuron)build(null);
            var given = neuron.state_dict().Keys.ToHashSet(StringComparer.Ordinal);
            foreach (var (number, i) in neuron.NumberNames.Except(given).Select((number, i) => (number, i)))
            {
                using var value = neuron.Value(number);
                neuron.Learn(number, i % 2 == 0 ? null : value.to(ScalarType.Float32).expand(3).clone());
            }

            yield return ($"{name}, learned", Trace(neuron));
        }
    }

    private static List<(string Name, StepTrace Trace, CudaSweep Sweep)> Sweeps(
        IEnumerable<(string Name, StepTrace Trace)> traces, LoopLauncher launcher) =>
        [.. traces.Select(entry => (entry.Name, entry.Trace, new CudaSweep(entry.Trace, launcher)))];

    private static StepTrace Trace(EquationNeuron neuron)
    {
        using var scope = NewDisposeScope();
        neuron.call(zeros(1, 3));
        return neuron.Written!;
    }

    private static void Compare(
        string name, StepTrace trace, CudaSweep sweep, ScalarType type, long steps, long neurons, LoopLauncher launcher)
    {
        using var scope = NewDisposeScope();
        manual_seed(steps);
        var state = type == ScalarType.Float64 ? type : ScalarType.Float32;
        var learned = trace.Numbers.Any(number => !number.IsConstant);
        var x = (randn(steps, neurons, dtype: state) * 2).to(type);
        if (learned)
        {
            x = x[..1].expand(steps, neurons); // a still image
        }
        else
        {
            x[0, 0] = double.NaN;
            x[steps - 1, 1] = double.PositiveInfinity;
            x[0, 2] = double.NegativeInfinity;
        }

        Tensor Row() => rand(neurons, dtype: state) + 0.75;
        var shared = trace.Shared.Select(i => 1.3 + (0.1 * i)).ToArray();
        var start = new SweepStart(
            [.. Enumerable.Range(0, trace.Variables).Select(i => learned || i > 0 ? Row() : null)],
            [.. Enumerable.Range(0, trace.Variables).Select(i => -0.3 * i)],
            shared.Length == 0 ? null : tensor(shared),
            [.. trace.Numbers.Select(number => number.Operation == Operation.Leaf ? Row() : null)]);
        var gradOutput = learned && steps == 1 ? null : randn(steps, neurons, dtype: state).to(type);
        Tensor?[] gradFinal =
            [.. Enumerable.Range(0, trace.Variables).Select(i => learned || i == 0 ? randn(neurons, dtype: state) : null)];

        var kernel = new FusedKernel(trace);
        var (output, final) = kernel.Forward(x, start);
        var (printedOutput, printedFinal) = sweep.Forward(x, start);
        var gradients = kernel.Backward(x, start, gradOutput, gradFinal);
        var printed = sweep.Backward(x, start, gradOutput, gradFinal);
        var functions = new StepPrograms(trace, single: type != ScalarType.Float64);
        var ownFunctions = !new[] { functions.Forward, functions.Reverse, functions.Recharge ?? functions.Forward }
            .SelectMany(program => program.Instructions)
            .Any(instruction => instruction.Operation is Operation.Log or Operation.Sin or Operation.Cos);
        name = $"{name}, {type}, T = {steps}, N = {neurons}";
        Same(
            name,
            [output, .. final, gradients.X, .. gradients.Initial, .. gradients.Rows],
            [printedOutput, .. printedFinal, printed.X, .. printed.Initial, .. printed.Rows],
            launcher,
            ownFunctions ? 0 : type is ScalarType.Float16 or ScalarType.BFloat16 ? 1e-2 : 1e-4);
        if (gradients.Shared is not null && launcher.IsCompiled)
        {
            // the CPU adds floats up in vectors as wide as the processor's
            var largest = gradients.Shared.nan_to_num(0, 0, 0).abs().max().item<double>();
            var bound = (state == ScalarType.Float32 ? 1e-3 : 1e-11) * Math.Max(1, largest);
            Assert.True(
                gradients.Shared.allclose(printed.Shared!, 0, bound, equal_nan: true),
                $"{name}: numbers\n{gradients.Shared.str()}\n{printed.Shared!.str()}");
        }
    }

    /// <summary>Requires the same bits, or numbers within a tolerance, once the kernels are compiled.</summary>
    private static void Same(string name, Tensor?[] expected, Tensor?[] actual, LoopLauncher launcher, double tolerance = 0)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i] is null, actual[i] is null);
            if (launcher.IsCompiled && expected[i] is { } one && actual[i] is { } other)
            {
                Assert.Equal(one.dtype, other.dtype);
                var same = tolerance == 0 ? SameBits(one, other) : one.allclose(other, tolerance, tolerance, equal_nan: true);
                Assert.True(same, $"{name}: result {i} of {expected.Length}\n{one.str()}\n{other.str()}");
            }
        }
    }

    /// <summary>Whether all bits are the same; a NaN is a NaN.</summary>
    private static bool SameBits(Tensor one, Tensor other) => Numbers(one).SequenceEqual(Numbers(other));

    private static IEnumerable<long> Numbers(Tensor tensor) => tensor.numel() == 0 ? [] : tensor.to(ScalarType.Float64).data<double>()
        .ToArray().Select(number => BitConverter.DoubleToInt64Bits(double.IsNaN(number) ? double.NaN : number));
}
