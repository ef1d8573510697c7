using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SnnNotebooks.Native.Vectors;

namespace SnnNotebooks.Similarity;

/// <summary>
/// Products of a matrix' rows with AVX-512 or AVX2. A tile is four rows by four, or three by four where there are sixteen registers: its
/// sums stay in them, a vector of columns each, while the rows are read where they lie; eight loads feed sixteen multiplications, or
/// seven twelve.
/// </summary>
/// <typeparam name="T">float or double: the type of the rows, of the products, and of their sums over a call's columns.</typeparam>
internal static unsafe class RowProducts<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows of a tile on either side, at most.</summary>
    public const int Side = 4;

    /// <summary>Whether this processor can.</summary>
    public static bool IsSupported => Vectors256<T>.IsSupported;

    /// <summary>Columns that are multiplied at once, of which a call takes a multiple.</summary>
    public static int Lanes => Vectors512<T>.IsSupported ? Vectors512<T>.Count : Vectors256<T>.Count;

    /// <summary>Adds the products of some rows with all rows up to themselves.</summary>
    /// <param name="sums">[count, count].</param>
    /// <param name="count">Rows in all.</param>
    /// <param name="first">The first of the rows, a multiple of <see cref="Side"/>.</param>
    /// <param name="height">How many, those past the last not counted.</param>
    /// <param name="values">The first column of row 0.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="steps">Columns, a multiple of <see cref="Lanes"/>.</param>
    public static void Add(double* sums, int count, int first, int height, T* values, long stride, int steps)
    {
        if (Vectors512<T>.IsSupported)
        {
            Add<Vector512<T>, Vectors512<T>>(sums, count, first, height, values, stride, steps);
        }
        else
        {
            Add<Vector256<T>, Vectors256<T>>(sums, count, first, height, values, stride, steps);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // at full speed from the first call on
    private static void Add<TVector, TVectors>(double* sums, int count, int first, int height, T* values, long stride, int steps)
        where TVector : struct
        where TVectors : IVectors<T, TVector>
    {
        var end = Math.Min(first + height, count);
        for (var column = 0; column < end; column += Side)
        {
            for (var row = Math.Max(first, column); row < end; row += TVectors.Registers > 16 ? Side : Side - 1)
            {
                AddTile<TVector, TVectors>(sums, count, end, row, column, values, stride, steps);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTile<TVector, TVectors>(
        double* sums, int count, int end, int row, int column, T* values, long stride, int steps)
        where TVector : struct
        where TVectors : IVectors<T, TVector>
    {
        T* Row(int index) => values + (Math.Min(index, count - 1) * stride); // those past the last are dropped below
        T* l0 = Row(row), l1 = Row(row + 1), l2 = Row(row + 2), l3 = Row(row + 3);
        T* r0 = Row(column), r1 = Row(column + 1), r2 = Row(column + 2), r3 = Row(column + 3);
        TVector s00 = default, s01 = default, s02 = default, s03 = default;
        TVector s10 = default, s11 = default, s12 = default, s13 = default;
        TVector s20 = default, s21 = default, s22 = default, s23 = default;
        TVector s30 = default, s31 = default, s32 = default, s33 = default;
        for (nint k = 0; k < steps; k += TVectors.Count)
        {
            TVector a = TVectors.Load(l0 + k), b = TVectors.Load(l1 + k), c = TVectors.Load(l2 + k);
            var d = TVectors.Registers > 16 ? TVectors.Load(l3 + k) : default;
            var x = TVectors.Load(r0 + k);
            s00 = TVectors.MultiplyAdd(a, x, s00);
            s10 = TVectors.MultiplyAdd(b, x, s10);
            s20 = TVectors.MultiplyAdd(c, x, s20);
            s30 = TVectors.Registers > 16 ? TVectors.MultiplyAdd(d, x, s30) : s30;
            x = TVectors.Load(r1 + k);
            s01 = TVectors.MultiplyAdd(a, x, s01);
            s11 = TVectors.MultiplyAdd(b, x, s11);
            s21 = TVectors.MultiplyAdd(c, x, s21);
            s31 = TVectors.Registers > 16 ? TVectors.MultiplyAdd(d, x, s31) : s31;
            x = TVectors.Load(r2 + k);
            s02 = TVectors.MultiplyAdd(a, x, s02);
            s12 = TVectors.MultiplyAdd(b, x, s12);
            s22 = TVectors.MultiplyAdd(c, x, s22);
            s32 = TVectors.Registers > 16 ? TVectors.MultiplyAdd(d, x, s32) : s32;
            x = TVectors.Load(r3 + k);
            s03 = TVectors.MultiplyAdd(a, x, s03);
            s13 = TVectors.MultiplyAdd(b, x, s13);
            s23 = TVectors.MultiplyAdd(c, x, s23);
            s33 = TVectors.Registers > 16 ? TVectors.MultiplyAdd(d, x, s33) : s33;
        }

        AddRow(row, s00, s01, s02, s03);
        AddRow(row + 1, s10, s11, s12, s13);
        AddRow(row + 2, s20, s21, s22, s23);
        if (TVectors.Registers > 16)
        {
            AddRow(row + 3, s30, s31, s32, s33);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void AddRow(int at, TVector a, TVector b, TVector c, TVector d)
        {
            if (at < end) // the rows of another call begin there
            {
                var four = Total(TVectors.Fold(a), TVectors.Fold(b), TVectors.Fold(c), TVectors.Fold(d));
                RowProducts<T>.AddRow(sums + ((long)at * count) + column, count - column, four);
            }
        }
    }

    /// <summary>The sums over the elements of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Total(Vector256<T> a, Vector256<T> b, Vector256<T> c, Vector256<T> d)
    {
        if (typeof(T) == typeof(float))
        {
            var ab = Avx.UnpackLow(a.AsSingle(), b.AsSingle()) + Avx.UnpackHigh(a.AsSingle(), b.AsSingle());
            var cd = Avx.UnpackLow(c.AsSingle(), d.AsSingle()) + Avx.UnpackHigh(c.AsSingle(), d.AsSingle());
            var abcd = Avx.UnpackLow(ab.AsDouble(), cd.AsDouble()).AsSingle() + Avx.UnpackHigh(ab.AsDouble(), cd.AsDouble()).AsSingle();
            return Avx.ConvertToVector256Double(abcd.GetLower() + abcd.GetUpper());
        }

        var first = Avx.UnpackLow(a.AsDouble(), b.AsDouble()) + Avx.UnpackHigh(a.AsDouble(), b.AsDouble());
        var last = Avx.UnpackLow(c.AsDouble(), d.AsDouble()) + Avx.UnpackHigh(c.AsDouble(), d.AsDouble());
        return Vector256.Create(first.GetLower() + first.GetUpper(), last.GetLower() + last.GetUpper());
    }

    /// <summary>Adds four sums, or as many as there are columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(double* target, int columns, Vector256<double> four)
    {
        if (columns >= Side)
        {
            (Vector256.Load(target) + four).Store(target);
            return;
        }

        for (var i = 0; i < columns; i++)
        {
            target[i] += four[i];
        }
    }
}
