using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive;

/// <summary>
/// Arithmetic on rows of floats whose length is a multiple of 8. Multiply and add are never fused and sums run in one fixed
/// order, so that every machine gives the same bits.
/// </summary>
internal static unsafe class RowKernels
{
    /// <summary>The smallest multiple of 8 that holds so many numbers.</summary>
    public static int Padded(int length) => (length + 7) & ~7;

    /// <summary>sum += row</summary>
    public static void Add(ReadOnlySpan<float> row, Span<float> sum)
    {
        ref var from = ref MemoryMarshal.GetReference(row);
        ref var to = ref MemoryMarshal.GetReference(sum);
        for (nuint i = 0; i < (nuint)row.Length; i += (nuint)Vector256<float>.Count)
        {
            (Vector256.LoadUnsafe(ref to, i) + Vector256.LoadUnsafe(ref from, i)).StoreUnsafe(ref to, i);
        }
    }

    /// <summary>Adds rows of a matrix to sums, one after the other; 64 sums at a time stay in registers.</summary>
    public static void AddRows(float[] matrix, int stride, ReadOnlySpan<int> rows, Span<float> sums)
    {
        ref var first = ref MemoryMarshal.GetArrayDataReference(matrix);
        ref var sum = ref MemoryMarshal.GetReference(sums);
        nuint column = 0;
        for (; column + 64 <= (nuint)stride; column += 64)
        {
            var (a, b, c, d) = (Vector256.LoadUnsafe(ref sum, column), Vector256.LoadUnsafe(ref sum, column + 8),
                Vector256.LoadUnsafe(ref sum, column + 16), Vector256.LoadUnsafe(ref sum, column + 24));
            var (e, f, g, h) = (Vector256.LoadUnsafe(ref sum, column + 32), Vector256.LoadUnsafe(ref sum, column + 40),
                Vector256.LoadUnsafe(ref sum, column + 48), Vector256.LoadUnsafe(ref sum, column + 56));
            foreach (var row in rows)
            {
                ref var from = ref Unsafe.Add(ref first, ((nuint)row * (nuint)stride) + column);
                a += Vector256.LoadUnsafe(ref from);
                b += Vector256.LoadUnsafe(ref from, 8);
                c += Vector256.LoadUnsafe(ref from, 16);
                d += Vector256.LoadUnsafe(ref from, 24);
                e += Vector256.LoadUnsafe(ref from, 32);
                f += Vector256.LoadUnsafe(ref from, 40);
                g += Vector256.LoadUnsafe(ref from, 48);
                h += Vector256.LoadUnsafe(ref from, 56);
            }

            a.StoreUnsafe(ref sum, column);
            b.StoreUnsafe(ref sum, column + 8);
            c.StoreUnsafe(ref sum, column + 16);
            d.StoreUnsafe(ref sum, column + 24);
            e.StoreUnsafe(ref sum, column + 32);
            f.StoreUnsafe(ref sum, column + 40);
            g.StoreUnsafe(ref sum, column + 48);
            h.StoreUnsafe(ref sum, column + 56);
        }

        for (; column < (nuint)stride; column += 8)
        {
            var eight = Vector256.LoadUnsafe(ref sum, column);
            foreach (var row in rows)
            {
                eight += Vector256.LoadUnsafe(ref first, ((nuint)row * (nuint)stride) + column);
            }

            eight.StoreUnsafe(ref sum, column);
        }
    }

    /// <summary>sum += factor * row</summary>
    public static void AddScaled(float factor, ReadOnlySpan<float> row, Span<float> sum)
    {
        ref var from = ref MemoryMarshal.GetReference(row);
        ref var to = ref MemoryMarshal.GetReference(sum);
        var by = Vector256.Create(factor);
        for (nuint i = 0; i < (nuint)row.Length; i += (nuint)Vector256<float>.Count)
        {
            (Vector256.LoadUnsafe(ref to, i) + (by * Vector256.LoadUnsafe(ref from, i))).StoreUnsafe(ref to, i);
        }
    }

    /// <summary>The scalar product, in eight partial sums that are added as a tree.</summary>
    public static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        ref var a = ref MemoryMarshal.GetReference(left);
        ref var b = ref MemoryMarshal.GetReference(right);
        var sum = Vector256<float>.Zero;
        for (nuint i = 0; i < (nuint)left.Length; i += (nuint)Vector256<float>.Count)
        {
            sum += Vector256.LoadUnsafe(ref a, i) * Vector256.LoadUnsafe(ref b, i);
        }

        var four = sum.GetLower() + sum.GetUpper();
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    /// <summary>Whether all numbers of a row are zero.</summary>
    public static bool IsZero(ReadOnlySpan<float> row)
    {
        ref var first = ref MemoryMarshal.GetReference(row);
        for (nuint i = 0; i < (nuint)row.Length; i += (nuint)Vector256<float>.Count)
        {
            if (!Vector256.EqualsAll(Vector256.LoadUnsafe(ref first, i), Vector256<float>.Zero))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The sign, -1, 0 or 1; 0 where the size does not exceed a threshold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Sign(Vector256<float> value, Vector256<float> threshold)
    {
        var up = Vector256.GreaterThan(value, threshold) & Vector256<float>.One;
        var down = Vector256.LessThan(value, -threshold) & Vector256<float>.One;
        return up - down;
    }

    /// <summary>
    /// The exponential function, the same bits on every machine: exp(x) = 2^n exp(r) with n = round(x / ln 2) and |r| at most ln(2)/2,
    /// where the Taylor series is exact to rounding after r^7. Within 2 units in the last place; keeps NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> value)
    {
        var shift = Vector256.Create(12582912f); // adding it pushes the fraction out of the number: what is left is rounded
        var high = Vector256.Create(89f);
        var low = Vector256.Create(-104f);
        value = Vector256.ConditionalSelect(Vector256.GreaterThan(value, high), high, value);
        value = Vector256.ConditionalSelect(Vector256.LessThan(value, low), low, value);
        var n = (value * Vector256.Create(1.44269504f)) + shift - shift;
        var r = value - (n * Vector256.Create(0.693359375f))
            - (n * Vector256.Create(-2.12194444e-4f)); // ln 2 in two parts: n times the first is exact
        var half = (n * Vector256.Create(0.5f)) + shift - shift;
        var tail = (Vector256.Create((float)(1.0 / 5040)) * r) + Vector256.Create((float)(1.0 / 720));
        tail = (tail * r) + Vector256.Create((float)(1.0 / 120));
        tail = (tail * r) + Vector256.Create((float)(1.0 / 24));
        tail = (tail * r) + Vector256.Create((float)(1.0 / 6));
        tail = (tail * r) + Vector256.Create(0.5f);
        return (Vector256<float>.One + (r + (r * r * tail))) * PowerOfTwo(half + shift) * PowerOfTwo(n - half + shift);
    }

    /// <summary>2^n where an element is n plus 1.5 * 2^23: n is then in its lowest bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> PowerOfTwo(Vector256<float> shifted) =>
        (Vector256.ShiftLeft(shifted.AsUInt32(), 23) + Vector256.Create(127u << 23)).AsSingle();
}
