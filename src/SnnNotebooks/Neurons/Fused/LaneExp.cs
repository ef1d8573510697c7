using System.Runtime.CompilerServices;

namespace SnnNotebooks.Neurons.Fused;

/// <summary>
/// The exponential function in lane arithmetic, the same bits for every width: exp(x) = 2^n exp(r) with n = round(x / ln 2) and
/// |r| at most ln(2)/2, where the Taylor series is exact to rounding after r^7 (float) or r^13 (double). Within 2 units in the
/// last place; overflows to infinity, underflows gradually to 0, keeps NaN.
/// </summary>
internal static class LaneExp
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Of<TLane, T>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        // ln 2 in two parts: n times the first, which has few digits, is exact
        var (rounding, high, low) = typeof(T) == typeof(float)
            ? (12582912.0, 0.693359375, -2.1219444005469057e-4)
            : (6755399441055744.0, 0.69314718036912382, 1.9082149292705877e-10);

        // beyond these the result is 0 or infinity
        x = typeof(T) == typeof(float) ? TLane.Clamp(x, -104, 89) : TLane.Clamp(x, -746, 710);
        var shift = TLane.Literal(rounding); // adding it pushes the fraction out of the number: what is left is rounded
        var n = (x * TLane.Literal(1.4426950408889634) + shift) - shift;
        var r = (x - (n * TLane.Literal(high))) - (n * TLane.Literal(low));
        var half = ((n * TLane.Literal(0.5)) + shift) - shift; // 2^n in two factors, neither out of range
        return (TLane.One + (r + (r * r * Tail<TLane, T>(r)))) * TLane.PowerOfTwo(half + shift) * TLane.PowerOfTwo((n - half) + shift);
    }

    /// <summary>1/2! + r/3! + r^2/4! + ...</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Tail<TLane, T>(TLane r)
        where TLane : struct, IVectorLane<TLane, T>
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            var s = (TLane.Literal(1.0 / 5040) * r) + TLane.Literal(1.0 / 720);
            s = (s * r) + TLane.Literal(1.0 / 120);
            s = (s * r) + TLane.Literal(1.0 / 24);
            s = (s * r) + TLane.Literal(1.0 / 6);
            return (s * r) + TLane.Literal(1.0 / 2);
        }

        var d = (TLane.Literal(1.0 / 6227020800) * r) + TLane.Literal(1.0 / 479001600);
        d = (d * r) + TLane.Literal(1.0 / 39916800);
        d = (d * r) + TLane.Literal(1.0 / 3628800);
        d = (d * r) + TLane.Literal(1.0 / 362880);
        d = (d * r) + TLane.Literal(1.0 / 40320);
        d = (d * r) + TLane.Literal(1.0 / 5040);
        d = (d * r) + TLane.Literal(1.0 / 720);
        d = (d * r) + TLane.Literal(1.0 / 120);
        d = (d * r) + TLane.Literal(1.0 / 24);
        d = (d * r) + TLane.Literal(1.0 / 6);
        return (d * r) + TLane.Literal(1.0 / 2);
    }
}
