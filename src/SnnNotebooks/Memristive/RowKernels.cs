using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using SnnNotebooks.Neurons.Fused;

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
            var (a, b, c, d) = (Vector256.LoadUnsafe(ref sum, column), Vector256.LoadUnsafe(ref sum, column + 8), Vector256.LoadUnsafe(ref sum, column + 16), Vector256.LoadUnsafe(ref sum, column + 24));
            var (e, f, g, h) = (Vector256.LoadUnsafe(ref sum, column + 32), Vector256.LoadUnsafe(ref sum, column + 40), Vector256.LoadUnsafe(ref sum, column + 48), Vector256.LoadUnsafe(ref sum, column + 56));
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

    /// <summary>The exponential function, the same bits on every machine.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Exp(Vector256<float> value)
    {
        Lane256<float>.Exp(Lane256<float>.Load((float*)&value)).Store((float*)&value);
        return value;
    }
}
