using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive;

/// <summary>
/// Uniform numbers to standard normal ones, eight at a time: sqrt(2) erfinv(2u - 1) by M. Giles, "Approximating the erfinv
/// function", GPU Computing Gems 2 (2011), single precision. The uniform number is moved half a step up, so that 0 is no infinity.
/// </summary>
internal static class NormalQuantile
{
    /// <summary>Replaces uniform numbers in [0, 1), multiples of 2^-24, by normal ones.</summary>
    /// <param name="values">Its length is a multiple of 8.</param>
    public static void Apply(Span<float> values)
    {
        ref var first = ref MemoryMarshal.GetReference(values);
        for (var i = 0; i < values.Length; i += Vector256<float>.Count)
        {
            Of(Vector256.LoadUnsafe(ref first, (nuint)i)).StoreUnsafe(ref first, (nuint)i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Of(Vector256<float> uniform)
    {
        var halfStep = Vector256.Create(1f / (1 << 25));

        // (1 - x)(1 + x) = 4 u (1 - u), without the cancellation near both ends
        var low = uniform + halfStep;
        var high = (Vector256<float>.One - uniform) - halfStep;
        var x = low - high;
        var w = -Log(Vector256.Create(4f) * low * high);
        var near = w - Vector256.Create(2.5f);
        var centre = Polynomial(near, 2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f, -4.39150654e-06f, 0.00021858087f, -0.00125372503f,
            -0.00417768164f, 0.246640727f, 1.50140941f);
        var far = Vector256.Sqrt(w) - Vector256.Create(3f);
        var tail = Polynomial(far, -0.000200214257f, 0.000100950558f, 0.00134934322f, -0.00367342844f, 0.00573950773f, -0.0076224613f,
            0.00943887047f, 1.00167406f, 2.83297682f);
        return Vector256.ConditionalSelect(Vector256.LessThan(w, Vector256.Create(5f)), centre, tail) * x * Vector256.Create(1.41421356f);
    }

    /// <summary>
    /// The natural logarithm of positive normal numbers: e ln 2 + ln m with m in [sqrt(1/2), sqrt(2)), and ln m by the series of
    /// 2 artanh((m - 1)/(m + 1)). Within a few units in the last place, away from 1.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Log(Vector256<float> value)
    {
        // the bits of sqrt(1/2) are taken off, so that the exponent field rounds at sqrt(2)
        var bits = value.AsInt32() - Vector256.Create(0x3F3504F3);
        var exponent = Vector256.ConvertToSingle(bits >> 23);
        var m = ((bits & Vector256.Create(0x007FFFFF)) + Vector256.Create(0x3F3504F3)).AsSingle();
        var s = (m - Vector256<float>.One) / (m + Vector256<float>.One);
        var square = s * s;
        var series = Vector256.Create(1f / 9) * square;
        series = (series + Vector256.Create(1f / 7)) * square;
        series = (series + Vector256.Create(1f / 5)) * square;
        series = (series + Vector256.Create(1f / 3)) * square;
        return (exponent * Vector256.Create(0.693147181f)) + (Vector256.Create(2f) * (s + (s * series)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Polynomial(
        Vector256<float> x, float a, float b, float c, float d, float e, float f, float g, float h, float i)
    {
        var sum = (Vector256.Create(a) * x) + Vector256.Create(b);
        sum = (sum * x) + Vector256.Create(c);
        sum = (sum * x) + Vector256.Create(d);
        sum = (sum * x) + Vector256.Create(e);
        sum = (sum * x) + Vector256.Create(f);
        sum = (sum * x) + Vector256.Create(g);
        sum = (sum * x) + Vector256.Create(h);
        return (sum * x) + Vector256.Create(i);
    }
}
