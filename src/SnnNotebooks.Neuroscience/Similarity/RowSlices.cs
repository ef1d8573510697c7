using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Similarity;

/// <summary>
/// Some columns of a matrix X, laid out for products of its rows with AVX-512: a slice has as many rows as a vector has elements, and
/// keeps those of a column side by side. A tile of sums is then eight rows by one slice and needs, for each column, one vector and eight
/// numbers.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
internal readonly unsafe struct RowSlices<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows of a tile, and of a part that is filled at once.</summary>
    public const int Side = 8;

    /// <summary>The most columns: a slice of so many stays in the first-level cache.</summary>
    public const int Depth = 256;

    private readonly T* memory;
    private readonly int count;

    /// <summary>Takes memory for the slices.</summary>
    /// <param name="memory">Of <see cref="Elements"/>, at the beginning of a cache line; the caller's.</param>
    /// <param name="count">Rows of X.</param>
    public RowSlices(T* memory, int count)
    {
        this.memory = memory;
        this.count = count;
    }

    /// <summary>The parts of eight rows to be filled; of those past the last row, too, whose products are dropped.</summary>
    public int Parts => (int)(Elements(count) / Depth / Side);

    private static int Lanes => Vector512<T>.Count;

    /// <summary>The elements that slices of so many rows take.</summary>
    public static long Elements(int count) => (count + Lanes - 1L) / Lanes * Lanes * Depth;

    /// <summary>Lays out eight rows.</summary>
    /// <param name="part">Which, from 0.</param>
    /// <param name="values">The first column of row 0.</param>
    /// <param name="stride">From a row to the next.</param>
    /// <param name="steps">Columns, at most <see cref="Depth"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // at full speed from the first call on
    public void Fill(int part, double* values, long stride, int steps)
    {
        var last = count - 1;
        double* Row(int index) => values + (Math.Min((part * Side) + index, last) * stride);
        double* r0 = Row(0), r1 = Row(1), r2 = Row(2), r3 = Row(3), r4 = Row(4), r5 = Row(5), r6 = Row(6), r7 = Row(7);
        var target = At(part * Side);
        var k = 0;
        for (; k <= steps - Side; k += Side)
        {
            Vector512<double> a = Vector512.Load(r0 + k), b = Vector512.Load(r1 + k), c = Vector512.Load(r2 + k);
            Vector512<double> d = Vector512.Load(r3 + k), e = Vector512.Load(r4 + k), f = Vector512.Load(r5 + k);
            Vector512<double> g = Vector512.Load(r6 + k), h = Vector512.Load(r7 + k);
            Put(target + (k * Lanes), Avx512F.UnpackLow(a, b), Avx512F.UnpackLow(c, d), Avx512F.UnpackLow(e, f), Avx512F.UnpackLow(g, h));
            Put(target + ((k + 1) * Lanes),
                Avx512F.UnpackHigh(a, b), Avx512F.UnpackHigh(c, d), Avx512F.UnpackHigh(e, f), Avx512F.UnpackHigh(g, h));
        }

        for (; k < steps; k++)
        {
            Store(target + (k * Lanes), Vector512.Create(r0[k], r1[k], r2[k], r3[k], r4[k], r5[k], r6[k], r7[k]));
        }
    }

    /// <summary>Adds the products of some rows with all rows up to themselves.</summary>
    /// <param name="sums">[count, count].</param>
    /// <param name="first">The first of the rows, a multiple of <see cref="Side"/>.</param>
    /// <param name="height">How many, those past the last not counted.</param>
    /// <param name="steps">Columns that were laid out.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddProducts(double* sums, int first, int height, int steps)
    {
        var end = Math.Min(first + height, count);
        for (var column = 0; column < end; column += Lanes)
        {
            for (var row = Math.Max(first, column); row < end; row += Side)
            {
                AddTile(sums, row, column, steps);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddTile(double* sums, int row, int column, int steps)
    {
        T* left = At(row), right = At(column);
        Vector512<T> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (var k = 0; k < steps; k++, left += Lanes, right += Lanes)
        {
            var x = Vector512.Load(right);
            s0 = Sum(left[0], x, s0);
            s1 = Sum(left[1], x, s1);
            s2 = Sum(left[2], x, s2);
            s3 = Sum(left[3], x, s3);
            s4 = Sum(left[4], x, s4);
            s5 = Sum(left[5], x, s5);
            s6 = Sum(left[6], x, s6);
            s7 = Sum(left[7], x, s7);
        }

        ReadOnlySpan<Vector512<T>> tile = [s0, s1, s2, s3, s4, s5, s6, s7];
        var target = sums + ((long)row * count) + column;
        for (var i = 0; i < Math.Min(Side, count - row); i++, target += count)
        {
            Add(tile[i], target, Math.Min(Lanes, count - column));
        }
    }

    /// <summary>Where a row of the slices begins, one that is a multiple of <see cref="Side"/>.</summary>
    private T* At(int row) => memory + ((long)(row / Lanes) * Lanes * Depth) + (row % Lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Sum(T number, Vector512<T> x, Vector512<T> sum) => typeof(T) == typeof(float)
        ? Avx512F.FusedMultiplyAdd(Vector512.Create(number).AsSingle(), x.AsSingle(), sum.AsSingle()).As<float, T>()
        : Avx512F.FusedMultiplyAdd(Vector512.Create(number).AsDouble(), x.AsDouble(), sum.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(Vector512<T> sum, double* target, int lanes)
    {
        if (lanes < Lanes)
        {
            for (var lane = 0; lane < lanes; lane++)
            {
                target[lane] += double.CreateTruncating(sum[lane]);
            }
        }
        else if (typeof(T) == typeof(float))
        {
            var (low, high) = Vector512.Widen(sum.AsSingle());
            (Vector512.Load(target) + low).Store(target);
            (Vector512.Load(target + Side) + high).Store(target + Side);
        }
        else
        {
            (Vector512.Load(target) + sum.AsDouble()).Store(target);
        }
    }

    /// <summary>
    /// Stores every second of eight columns, whose rows come in pairs: rows 0 and 1 of the four columns are the quarters of the first
    /// vector.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(T* target, Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d)
    {
        const byte First = 0x44, Last = 0xEE, Even = 0x88, Odd = 0xDD; // the quarters 0, 1; 2, 3; 0, 2; 1, 3 of two vectors
        Vector512<double> ab = Avx512F.Shuffle4x128(a, b, First), cd = Avx512F.Shuffle4x128(c, d, First);
        Store(target, Avx512F.Shuffle4x128(ab, cd, Even));
        Store(target + (2 * Lanes), Avx512F.Shuffle4x128(ab, cd, Odd));
        (ab, cd) = (Avx512F.Shuffle4x128(a, b, Last), Avx512F.Shuffle4x128(c, d, Last));
        Store(target + (4 * Lanes), Avx512F.Shuffle4x128(ab, cd, Even));
        Store(target + (6 * Lanes), Avx512F.Shuffle4x128(ab, cd, Odd));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* target, Vector512<double> rows)
    {
        if (typeof(T) == typeof(float))
        {
            Avx512F.ConvertToVector256Single(rows).Store((float*)target);
        }
        else
        {
            rows.Store((double*)target);
        }
    }
}
