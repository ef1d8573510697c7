using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Similarity;

/// <summary>
/// Products of a matrix' rows with AVX-512. A tile is four rows by four: its sixteen sums stay in registers, a vector of columns each,
/// while the rows are read where they lie; eight loads feed sixteen multiplications.
/// </summary>
/// <typeparam name="T">float or double: the type of the rows, of the products, and of their sums over a call's columns.</typeparam>
internal static unsafe class RowProducts<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows of a tile.</summary>
    public const int Side = 4;

    /// <summary>Columns that are multiplied at once, of which a call takes a multiple.</summary>
    public static int Lanes => Vector512<T>.Count;

    /// <summary>Adds the products of some rows with all rows up to themselves.</summary>
    /// <param name="sums">[count, count].</param>
    /// <param name="count">Rows in all.</param>
    /// <param name="first">The first of the rows, a multiple of <see cref="Side"/>.</param>
    /// <param name="height">How many, those past the last not counted.</param>
    /// <param name="values">The first column of row 0.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="steps">Columns, a multiple of <see cref="Lanes"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // at full speed from the first call on
    public static void Add(double* sums, int count, int first, int height, T* values, long stride, int steps)
    {
        var end = Math.Min(first + height, count);
        for (var column = 0; column < end; column += Side)
        {
            for (var row = Math.Max(first, column); row < end; row += Side)
            {
                AddTile(sums, count, row, column, values, stride, steps);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTile(double* sums, int count, int row, int column, T* values, long stride, int steps)
    {
        T* Row(int index) => values + (Math.Min(index, count - 1) * stride); // those past the last are dropped below
        T* l0 = Row(row), l1 = Row(row + 1), l2 = Row(row + 2), l3 = Row(row + 3);
        T* r0 = Row(column), r1 = Row(column + 1), r2 = Row(column + 2), r3 = Row(column + 3);
        Vector512<T> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector512<T> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<T> s20 = default, s21 = default, s22 = default, s23 = default;
        Vector512<T> s30 = default, s31 = default, s32 = default, s33 = default;
        for (nint k = 0; k < steps; k += Lanes)
        {
            Vector512<T> a = Vector512.Load(l0 + k), b = Vector512.Load(l1 + k), c = Vector512.Load(l2 + k), d = Vector512.Load(l3 + k);
            var x = Vector512.Load(r0 + k);
            s00 = Sum(a, x, s00);
            s10 = Sum(b, x, s10);
            s20 = Sum(c, x, s20);
            s30 = Sum(d, x, s30);
            x = Vector512.Load(r1 + k);
            s01 = Sum(a, x, s01);
            s11 = Sum(b, x, s11);
            s21 = Sum(c, x, s21);
            s31 = Sum(d, x, s31);
            x = Vector512.Load(r2 + k);
            s02 = Sum(a, x, s02);
            s12 = Sum(b, x, s12);
            s22 = Sum(c, x, s22);
            s32 = Sum(d, x, s32);
            x = Vector512.Load(r3 + k);
            s03 = Sum(a, x, s03);
            s13 = Sum(b, x, s13);
            s23 = Sum(c, x, s23);
            s33 = Sum(d, x, s33);
        }

        AddRow(sums, count, row, column, Total(s00, s01, s02, s03));
        AddRow(sums, count, row + 1, column, Total(s10, s11, s12, s13));
        AddRow(sums, count, row + 2, column, Total(s20, s21, s22, s23));
        AddRow(sums, count, row + 3, column, Total(s30, s31, s32, s33));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Sum(Vector512<T> a, Vector512<T> x, Vector512<T> sum) => typeof(T) == typeof(float)
        ? Avx512F.FusedMultiplyAdd(a.AsSingle(), x.AsSingle(), sum.AsSingle()).As<float, T>()
        : Avx512F.FusedMultiplyAdd(a.AsDouble(), x.AsDouble(), sum.AsDouble()).As<double, T>();

    /// <summary>The sums over the elements of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Total(Vector512<T> a, Vector512<T> b, Vector512<T> c, Vector512<T> d)
    {
        if (typeof(T) == typeof(float))
        {
            var ab = Avx512F.UnpackLow(a.AsSingle(), b.AsSingle()) + Avx512F.UnpackHigh(a.AsSingle(), b.AsSingle());
            var cd = Avx512F.UnpackLow(c.AsSingle(), d.AsSingle()) + Avx512F.UnpackHigh(c.AsSingle(), d.AsSingle());
            var abcd = Avx512F.UnpackLow(ab.AsDouble(), cd.AsDouble()).AsSingle()
                + Avx512F.UnpackHigh(ab.AsDouble(), cd.AsDouble()).AsSingle();
            var half = abcd.GetLower() + abcd.GetUpper();
            return Avx.ConvertToVector256Double(half.GetLower() + half.GetUpper());
        }

        var first = Avx512F.UnpackLow(a.AsDouble(), b.AsDouble()) + Avx512F.UnpackHigh(a.AsDouble(), b.AsDouble());
        var last = Avx512F.UnpackLow(c.AsDouble(), d.AsDouble()) + Avx512F.UnpackHigh(c.AsDouble(), d.AsDouble());
        var (halfFirst, halfLast) = (first.GetLower() + first.GetUpper(), last.GetLower() + last.GetUpper());
        return Vector256.Create(halfFirst.GetLower() + halfFirst.GetUpper(), halfLast.GetLower() + halfLast.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(double* sums, int count, int row, int column, Vector256<double> four)
    {
        var target = sums + ((long)row * count) + column;
        if (row < count && column <= count - Side)
        {
            (Vector256.Load(target) + four).Store(target);
            return;
        }

        for (var i = 0; row < count && i < count - column; i++)
        {
            target[i] += four[i];
        }
    }
}
