using System.Security.Cryptography;
using SnnNotebooks.Neurons;
using SnnNotebooks.Neurons.Fused;
using SnnNotebooks.Surrogates;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Neurons;

/// <summary>
/// Every point neuron's kernels give the bits they gave when constants were part of their code (commit 1d15260, whose hashes
/// kernel-bits.txt holds). Only additions, multiplications, divisions and comparisons are in it, which IEEE 754 defines to the last bit.
/// </summary>
public sealed class KernelBitsTests
{
    private static readonly Dictionary<string, Func<Surrogate>> Surrogates = new()
    {
        ["Sigmoid"] = () => new Sigmoid(),
        ["ATan"] = () => new ATan(1.7),
        ["PiecewiseQuadratic"] = () => new PiecewiseQuadratic(1.3),
        ["SoftSign"] = () => new SoftSign(1.3),
    };

    /// <summary>All but those whose number goes through libtorch's sigmoid, which may differ from processor to processor.</summary>
    public static TheoryData<string> Names => new(
        EquationTests.Builders.Keys.Where(name => !name.StartsWith("PLIF", StringComparison.Ordinal)).ToArray());

    [Theory]
    [MemberData(nameof(Names))]
    public void Constants_as_numbers_give_the_bits_of_constants_as_code(string name)
    {
        var expected = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Neurons", "kernel-bits.txt"))
            .Where(line => line.StartsWith(name + "|", StringComparison.Ordinal))
            .ToArray();

        Assert.NotEmpty(expected);
        Assert.Equal(expected, Lines(name, EquationTests.Builders[name]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Sequences_longer_than_the_cache_have_the_same_bits_and_go_past_it(string name)
    {
        var cache = LastLevelCache.Bytes;
        try
        {
            LastLevelCache.Bytes = long.MaxValue;
            string[] kept = [.. Lines(name, EquationTests.Builders[name], 1040)];
            LastLevelCache.Bytes = 0;
            string[] streamed = [.. Lines(name, EquationTests.Builders[name], 1040)];

            Assert.Equal(kept, streamed);
            Assert.Equal(
                LoopCompiler.CanStream,
                LoopCompiler.Programs.Any(program => program.StartsWith("streams", StringComparison.Ordinal)));
        }
        finally
        {
            LastLevelCache.Bytes = cache;
        }
    }

    [Fact]
    public void What_is_written_goes_past_the_cache_where_all_that_a_sweep_reads_and_writes_is_longer_than_it()
    {
        var cache = LastLevelCache.Bytes;
        try
        {
            using var x = zeros(4, 1024);
            using var image = zeros(1, 1024).expand(4, 1024);
            using var low = zeros(4, 1024, ScalarType.Float16);
            using var odd = zeros(4, 1000);

            // rows of 4 KiB, sequences of 16
            Assert.Equal(LoopCompiler.CanStream, Streams(32, Forward(x)));
            Assert.False(Streams(33, Forward(x)));
            Assert.Equal(LoopCompiler.CanStream, Streams(20, Forward(image)));
            Assert.False(Streams(21, Forward(image)));
            Assert.Equal(LoopCompiler.CanStream, Streams(48, Forward(x) with { Output = 0, GradOutput = 64, GradX = 64 }));
            Assert.False(Streams(49, Forward(x) with { Output = 0, GradOutput = 64, GradX = 64 }));
            Assert.False(Streams(0, Forward(low)));
            Assert.False(Streams(0, Forward(odd)));
            Assert.False(Forward(x).Streams(32));
        }
        finally
        {
            LastLevelCache.Bytes = cache;
        }

        static Sweep Forward(Tensor x) => new(x, new SweepStart([null], [0], null, []), []) { Output = 64 };

        static bool Streams(long kibibytes, Sweep sweep)
        {
            LastLevelCache.Bytes = kibibytes << 10;
            return sweep.Streams(64);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_neuron_gives_the_same_bits_beside_any_number_of_others_and_for_any_number_of_steps_at_once(string name)
    {
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
        {
            using var scope = NewDisposeScope();
            var x = tensor(Wave(7 * 1037, 2.5, 3)).reshape(7, 1037).to(type);
            string[] together = [.. Results([x])];

            // vectors that are left when those side by side are taken, and less than a vector
            Assert.Equal(together, Results([x[.., ..600], x[.., 600..]]));
            Assert.Equal(together, Results([x[.., ..16], x[.., 16..1000], x[.., 1000..]]));
            Assert.Equal(together, Results([x], [1, 4, 1, 1]));
            Assert.Equal(together, Results([x], [5, 2]));
        }

        IEnumerable<string> Results(Tensor[] parts, long[]? steps = null)
        {
            var results = parts.Select(part =>
            {
                var neuron = EquationTests.Builders[name](new ATan(1.7));
                neuron.Backend = NeuronBackend.Fused;
                part = part.detach().clone().requires_grad_();
                var output = cat([.. part.split(steps ?? [part.shape[0]], 0).Select(some => neuron.call(some))], 0);
                (output * part.detach().sin()).sum().backward();
                return (Tensor[])[output, part.grad!, .. neuron.VariableNames.Select(variable => neuron.Variable(variable)!)];
            }).ToArray();
            return results[0].Select((_, i) => Hash(cat([.. results.Select(result => result[i])], -1)));
        }
    }

    /// <summary>Thresholds and resets.</summary>
    public static TheoryData<double, double?> Settings => new()
    {
        { 1, 0 }, { 1, null }, { 1, -0.0 }, { 0, -0.5 }, { 0.75, 0.25 }, { double.PositiveInfinity, 0 },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void Infinite_subnormal_and_signed_zero_charges_fire_and_reset_as_in_the_reference_backend(double threshold, double? reset)
    {
        float[] charges =
        [
            0f, -0f, 1e-45f, -1e-45f, 0.99999994f, 1f, 1.0000001f, 0.75f, 0.74999994f, -3f, 3e38f,
            float.PositiveInfinity, float.NegativeInfinity, float.NaN,
        ];
        using var scope = NewDisposeScope();
        var results = new[] { NeuronBackend.Reference, NeuronBackend.Fused }.Select(backend =>
        {
            var neuron = new IFNode(threshold, reset) { Backend = backend };
            var output = neuron.call(tensor(charges).unsqueeze(0));
            return new[] { output, neuron.V! }.Select(result => result.data<float>().ToArray()).ToArray();
        }).ToArray();

        Assert.Equal(Bits(results[0][0]), Bits(results[1][0]));
        Assert.Equal(Bits(results[0][1]), Bits(results[1][1]));

        static int[] Bits(float[] values) =>
            Array.ConvertAll(values, value => BitConverter.SingleToInt32Bits(float.IsNaN(value) ? float.NaN : value));
    }

    private static IEnumerable<string> Lines(string name, Func<Surrogate?, SpikingNeuron> build, int neurons = 1037)
    {
        foreach (var (surrogate, make) in Surrogates)
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
            {
                using var scope = NewDisposeScope();
                var x = tensor(Wave(6 * neurons, 2.5, 3)).reshape(6, neurons).to(type).requires_grad_();
                var neuron = build(make());
                neuron.Backend = NeuronBackend.Fused;
                var output = neuron.call(x);
                var gradient = tensor(Wave(6 * neurons, 1, 7)).reshape(6, neurons).to(type);
                var gradientV = tensor(Wave(neurons, 1, 11)).to(type);
                ((output * gradient).sum() + (neuron.V! * gradientV).sum()).backward();
                var results = new[] { output, x.grad! }.Concat(neuron.VariableNames.Select(variable => neuron.Variable(variable)!));
                yield return $"{name}|{surrogate}|{type}|{string.Join(' ', results.Select(Hash))}";
            }
        }
    }

    /// <summary>Numbers between -size and size that look random and are the same everywhere.</summary>
    private static double[] Wave(int count, double size, uint seed)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++)
        {
            seed = (seed * 1664525) + 1013904223;
            values[i] = size * (((seed >> 8) / 8388608.0) - 1);
        }

        return values;
    }

    private static string Hash(Tensor result) => Convert.ToHexString(SHA256.HashData(result.detach().contiguous().bytes))[..16];
}
