using static TorchSharp.torch;

namespace SnnNotebooks;

/// <summary>
/// Matrix products that do not fit are an exception here. TorchSharp's own <c>matmul</c> (0.107) lets libtorch's C++ exception through:
/// it ends the process. All others of its functions that the kit calls catch it.
/// </summary>
public static class MatrixProduct
{
    /// <summary>
    /// As <c>left.matmul(right)</c>: [..., n, k] times [..., k, m] is [..., n, m]; vectors and batches as libtorch has them.
    /// </summary>
    /// <param name="left">[..., n, k] or [k].</param>
    /// <param name="right">[..., k, m] or [k].</param>
    /// <returns>[..., n, m], without the axis of a vector.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Product(this Tensor left, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var (a, b) = (left.shape, right.shape);
        if (a.Length == 0 || b.Length == 0 || a[^1] != b[b.Length == 1 ? 0 : ^2] || !Broadcasts(a, b)
            || !TypesFit(left, right) || left.device_type != right.device_type || left.device_index != right.device_index)
        {
            throw new ArgumentException(
                $"A matrix product was asked for of [{string.Join(", ", a)}], {left.dtype} on {left.device}, and "
                + $"[{string.Join(", ", b)}], {right.dtype} on {right.device}; expected [..., n, k] and [..., k, m] of one type on one "
                + "device.", nameof(right));
        }

        return left.matmul(right);
    }

    /// <summary>Under <see cref="Autocast"/> libtorch converts what is no float64 to one type.</summary>
    private static bool TypesFit(Tensor left, Tensor right) => left.dtype == right.dtype
        || (Autocast.Type(left.device_type) is not null && IsConverted(left.dtype) && IsConverted(right.dtype));

    private static bool IsConverted(ScalarType type) => type is ScalarType.Float32 or ScalarType.Float16 or ScalarType.BFloat16;

    private static bool Broadcasts(long[] a, long[] b) =>
        a[..Math.Max(0, a.Length - 2)].Reverse().Zip(b[..Math.Max(0, b.Length - 2)].Reverse())
            .All(axis => axis.First == axis.Second || axis.First == 1 || axis.Second == 1);
}
