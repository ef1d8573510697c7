using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Conformance.Models;

/// <summary>The values that reference files of whole networks describe by a formula instead of storing them (golden/index.md).</summary>
/// <param name="seed">The file's seed.</param>
internal sealed class FormulaValues(ulong seed)
{
    private const ulong InputKey = 1_000_000;
    private const ulong TargetKey = 1_000_001;

    /// <summary>The number in [0, 1) at a place of a sequence: the upper 53 bits of splitmix64.</summary>
    public static double Uniform(ulong seed, ulong key, ulong index)
    {
        unchecked
        {
            var z = (seed << 32) + (key << 40) + index + 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 11) * Math.ScaleB(1, -53);
        }
    }

    /// <summary>Overwrites a parameter; one that the formula does not name keeps its initial value.</summary>
    public void Fill(Tensor parameter, string name, int number)
    {
        var shape = parameter.shape;
        var fanIn = shape.Length > 1 ? shape.Skip(1).Aggregate(1L, (product, axis) => product * axis) : 0;
        Func<double, double>? map = shape.Length >= 2 ? u => u * Math.Sqrt(3.0 / fanIn)
            : name.EndsWith("bias", StringComparison.Ordinal) ? u => 0.1 * u
            : shape.Length == 1 && name.EndsWith("weight", StringComparison.Ordinal) ? u => 1 + (0.1 * u)
            : null;
        if (map is not null)
        {
            using var off = no_grad();
            using var values = Make(shape, (ulong)number, u => map((2 * u) - 1));
            parameter.copy_(values);
        }
    }

    /// <summary>The network's input, in [-2, 2).</summary>
    public Tensor Input(long[] shape) => Make(shape, InputKey, u => 2 * ((2 * u) - 1));

    /// <summary>What the loss compares the output with, in [0, 1).</summary>
    public Tensor Target(long[] shape) => Make(shape, TargetKey, u => u);

    private Tensor Make(long[] shape, ulong key, Func<double, double> map)
    {
        var values = new double[shape.Aggregate(1L, (product, axis) => product * axis)];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = map(Uniform(seed, key, (ulong)i));
        }

        return tensor(values, shape);
    }
}
