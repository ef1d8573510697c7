using System.Security.Cryptography;
using SnnNotebooks.Neurons;
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

    private static IEnumerable<string> Lines(string name, Func<Surrogate?, SpikingNeuron> build)
    {
        foreach (var (surrogate, make) in Surrogates)
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
            {
                using var scope = NewDisposeScope();
                var x = tensor(Wave(6 * 1037, 2.5, 3)).reshape(6, 1037).to(type).requires_grad_();
                var neuron = build(make());
                neuron.Backend = NeuronBackend.Fused;
                var output = neuron.call(x);
                var gradient = tensor(Wave(6 * 1037, 1, 7)).reshape(6, 1037).to(type);
                var gradientV = tensor(Wave(1037, 1, 11)).to(type);
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
