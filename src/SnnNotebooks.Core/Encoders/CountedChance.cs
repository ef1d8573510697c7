using static TorchSharp.torch;

namespace SnnNotebooks.Encoders;

/// <summary>
/// Draws of their own for any device: the n-th is a function of the seed and of n, SplitMix64 (G. Steele, D. Lea and C. Flood, OOPSLA
/// 2014), computed by tensors. TorchSharp 0.107 makes every generator one of the CPU, which no other device takes.
/// </summary>
/// <param name="seed">Decides the draws.</param>
internal sealed class CountedChance(long seed)
{
    private const long Gamma = unchecked((long)0x9e3779b97f4a7c15);
    private const long First = unchecked((long)0xbf58476d1ce4e5b9);
    private const long Second = unchecked((long)0x94d049bb133111eb);

    private long drawn;

    /// <summary>The next draws, spread evenly over [0, 1).</summary>
    /// <param name="shape">How many.</param>
    /// <param name="type">float64, in steps of 2^-53, or float32, in steps of 2^-24.</param>
    /// <param name="device">Where they are computed; the host does not wait.</param>
    public Tensor Uniform(long[] shape, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        var count = shape.Aggregate(1L, (product, size) => product * size);
        var bits = arange(drawn + 1, drawn + 1 + count, dtype: ScalarType.Int64, device: device).mul_(Gamma).add_(seed);
        drawn += count;
        Fold(bits, 30).mul_(First);
        Fold(bits, 27).mul_(Second);
        Fold(bits, 31);
        var digits = type == ScalarType.Float64 ? 53 : 24;
        return Shifted(bits, 64 - digits).to(type).mul_(Math.ScaleB(1, -digits)).reshape(shape).MoveToOuterDisposeScope();
    }

    private static Tensor Fold(Tensor bits, int places)
    {
        using var shifted = Shifted(bits, places);
        return bits.bitwise_xor_(shifted);
    }

    /// <summary>Shifted to the right, zeros from the left: libtorch repeats the sign.</summary>
    private static Tensor Shifted(Tensor bits, int places)
    {
        using var by = tensor((long)places, device: CPU); // one number of the CPU mixes with every device
        using var kept = tensor((1L << (64 - places)) - 1, device: CPU);
        return bits.bitwise_right_shift(by).bitwise_and_(kept);
    }
}
