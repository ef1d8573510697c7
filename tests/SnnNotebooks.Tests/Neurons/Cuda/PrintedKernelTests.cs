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
    private const int Neurons = 37; // not a multiple of any vector

    private static readonly long[] Steps = [1, 4, 33];

    [NeedsToolFact(Compiler.Cxx, "g++")]
    public void Every_equation_with_every_surrogate_gives_the_bits_of_the_CPU_kernels()
    {
        using var folder = new TemporaryFolder();
        using var launcher = new LoopLauncher();
        var cases = new List<(string Name, StepTrace Trace, CudaSweep Sweep)>();
        foreach (var (name, trace) in Traces().Concat(TracesWithNumbers()))
        {
            cases.Add((name, trace, new CudaSweep(trace, launcher)));
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
            {
                foreach (var steps in Steps)
                {
                    using var x = empty(steps, 1, dtype: type);
                    var (forward, backward) = cases[^1].Sweep.Sources(x);
                    launcher.Add(forward, "forward");
                    launcher.Add(backward, "backward");
                }
            }
        }

        launcher.Add(SweepCode.Totals, "totals");
        launcher.Compile(folder.Path);
        foreach (var (name, trace, sweep) in cases)
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
            {
                foreach (var steps in Steps)
                {
                    Compare($"{name}, {type}, T = {steps}", trace, sweep, type, steps);
                }
            }
        }
    }

    [NeedsToolFact(Compiler.Clang, "clang-14")]
    public void Clang_makes_PTX_of_every_equation_and_contracts_nothing()
    {
        using var folder = new TemporaryFolder();
        var (source, ptx) = (Path.Combine(folder.Path, "kernels.cu"), Path.Combine(folder.Path, "kernels.ptx"));
        using (var text = new StreamWriter(source))
        {
            var count = 0;
            foreach (var (_, trace) in TracesWithNumbers())
            {
                foreach (var single in new[] { true, false })
                {
                    var code = new SweepCode(trace, single);
                    text.Write($"namespace k{count++} {{\n{code.Forward()}}}\nnamespace k{count++} {{\n{code.Backward(4)}}}\n");
                }
            }

            text.Write(SweepCode.Totals);
        }

        Compiler.Run(
            Compiler.Clang, "-x", "cuda", "--cuda-device-only", "-nocudainc", "-nocudalib", "--cuda-gpu-arch=sm_80", "-ffp-contract=off",
            "-O1", "-fdeclspec", "-Wno-unknown-cuda-version", "-Wno-pass-failed", "-std=c++17", "-S",
            "-include", Compiler.Header("cuda-for-clang.h"), source, "-o", ptx);
        var made = File.ReadAllText(ptx);
        Assert.Equal((EquationTests.Builders.Count * 4) + 1, made.Split(".visible .entry").Length - 1);
        Assert.DoesNotContain("fma.", made, StringComparison.Ordinal);
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
                neuron.Learn(number, i % 2 == 0 ? null : value.to(ScalarType.Float32).expand(Neurons).clone());
            }

            yield return ($"{name}, learned", Trace(neuron));
        }
    }

    private static StepTrace Trace(EquationNeuron neuron)
    {
        using var scope = NewDisposeScope();
        neuron.call(zeros(1, Neurons));
        return neuron.Written!;
    }

    private static void Compare(string name, StepTrace trace, CudaSweep sweep, ScalarType type, long steps)
    {
        using var scope = NewDisposeScope();
        manual_seed(steps);
        var learned = trace.Numbers.Any(number => !number.IsConstant);
        var x = randn(steps, Neurons, dtype: type) * 2;
        if (learned)
        {
            x = x[..1].expand(steps, Neurons); // a still image
        }
        else
        {
            x[0, 0] = double.NaN;
            x[steps - 1, 1] = double.PositiveInfinity;
            x[0, 2] = double.NegativeInfinity;
        }

        Tensor Row() => rand(Neurons, dtype: type) + 0.75;
        var start = new SweepStart(
            [.. Enumerable.Range(0, trace.Variables).Select(i => learned || i > 0 ? Row() : null)],
            [.. Enumerable.Range(0, trace.Variables).Select(i => -0.3 * i)],
            [.. trace.Numbers.Select((number, i) => number.Operation == Operation.Number ? 1.3 + (0.1 * i) : 0)],
            [.. trace.Numbers.Select(number => number.Operation == Operation.Leaf ? Row() : null)]);
        var gradOutput = learned ? null : randn(steps, Neurons, dtype: type);
        Tensor?[] gradFinal = [.. Enumerable.Range(0, trace.Variables).Select(i => learned || i == 0 ? randn(Neurons, dtype: type) : null)];

        var kernel = new FusedKernel(trace);
        var (output, final) = kernel.Forward(x, start);
        var (printedOutput, printedFinal) = sweep.Forward(x, start);
        var gradients = kernel.Backward(x, start, gradOutput, gradFinal);
        var printed = sweep.Backward(x, start, gradOutput, gradFinal);
        Tensor?[] expected = [output, .. final, gradients.X, .. gradients.Initial, .. gradients.Rows];
        Tensor?[] actual = [printedOutput, .. printedFinal, printed.X, .. printed.Initial, .. printed.Rows];
        var functions = new StepPrograms(trace, type == ScalarType.Float32);
        var ownFunctions = !new[] { functions.Forward, functions.Reverse, functions.Recharge ?? functions.Forward }
            .SelectMany(program => program.Instructions)
            .Any(instruction => instruction.Operation is Operation.Log or Operation.Sin or Operation.Cos);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i] is null, actual[i] is null);
            if (expected[i] is { } one && actual[i] is { } other)
            {
                var same = ownFunctions ? SameBits(one, other) : one.allclose(other, 1e-4, 1e-4, equal_nan: true);
                Assert.True(same, $"{name}: result {i} of {expected.Length}\n{one.str()}\n{other.str()}");
            }
        }

        for (var i = 0; i < gradients.Numbers.Length; i++)
        {
            // the CPU adds floats up in vectors as wide as the processor's
            var (one, other) = (gradients.Numbers[i], printed.Numbers[i]);
            var bound = (type == ScalarType.Float32 ? 1e-3 : 1e-11) * Math.Max(1, Math.Abs(one));
            Assert.True(Math.Abs(one - other) <= bound || one.Equals(other), $"{name}: number {i} is {one} and {other}");
        }
    }

    /// <summary>Whether all bits are the same; a NaN is a NaN.</summary>
    private static bool SameBits(Tensor one, Tensor other) => Numbers(one).Zip(Numbers(other)).All(pair =>
        BitConverter.DoubleToInt64Bits(pair.First) == BitConverter.DoubleToInt64Bits(pair.Second)
        || (double.IsNaN(pair.First) && double.IsNaN(pair.Second)));

    private static double[] Numbers(Tensor tensor) => tensor.to(ScalarType.Float64).data<double>().ToArray();
}
