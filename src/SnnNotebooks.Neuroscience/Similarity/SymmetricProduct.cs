using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>
/// X X' of a matrix, of which one triangle is computed and the other copied. With AVX-512 the products are computed here: libtorch's
/// need all of the work for small matrices, and on AMD processors use vectors half as long.
/// </summary>
internal static unsafe class SymmetricProduct
{
    private const int Tile = 4; // 4 x 4 sums are kept in registers
    private const int DepthAtOnce = 256; // of so many columns, a task's rows stay in the second-level cache
    private const int FewestRows = 32; // of a task
    private const int MostRows = 128;
    private const int Tasks = 16;

    /// <summary>Adds the products of rows on and below the diagonal; what is above it is changed, too, and means nothing.</summary>
    /// <param name="gram">[S, S], float64, contiguous.</param>
    /// <param name="rows">X [S, F], float64, contiguous.</param>
    public static void AddLower(Tensor gram, Tensor rows)
    {
        if (!Avx512F.IsSupported)
        {
            AddPanels(gram, rows);
            return;
        }

        var (count, width) = ((int)rows.shape[0], (int)rows.shape[1]);
        var height = Math.Clamp(count / Tasks / Tile * Tile, FewestRows, MostRows);
        var tasks = (count + height - 1) / height;
        var sums = (double*)First(gram);
        var values = (double*)First(rows);
        Parallel.For(
            0,
            tasks,
            new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() },
            task => AddRows(sums, values, count, width, (tasks - 1 - task) * height,
                height)); // the last rows have the most partners, so they go first
        GC.KeepAlive(gram);
        GC.KeepAlive(rows);
    }

    /// <summary>Copies what lies below the diagonal to above it.</summary>
    /// <param name="gram">[S, S], float64, contiguous.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mirror(Tensor gram)
    {
        const int Side = 32; // two squares of this side fit into the first-level cache
        var count = (int)gram.shape[0];
        var values = (double*)First(gram);
        for (var top = 0; top < count; top += Side)
        {
            for (var left = 0; left <= top; left += Side)
            {
                for (var row = top; row < Math.Min(top + Side, count); row++)
                {
                    for (var column = left; column < Math.Min(left + Side, row); column++)
                    {
                        values[((long)column * count) + row] = values[((long)row * count) + column];
                    }
                }
            }
        }

        GC.KeepAlive(gram);
    }

    private static void AddPanels(Tensor gram, Tensor rows)
    {
        const long FewestPanelRows = 64; // fewer make libtorch's products slow
        const long MostPanels = 8;
        var count = rows.shape[0];
        var panels = Math.Clamp(count / FewestPanelRows, 1, MostPanels);
        for (var panel = 0; panel < panels; panel++)
        {
            var (first, end) = (panel * count / panels, (panel + 1) * count / panels);
            gram.narrow(0, first, end - first).narrow(1, 0, end).addmm_(rows.narrow(0, first, end - first), rows.narrow(0, 0, end).t());
        }
    }

    private static nint First(Tensor matrix)
    {
        using var row = matrix[0]; // all bytes together may be too many for a span
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(row.bytes));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // at full speed from the first call on
    private static void AddRows(double* sums, double* values, int count, int width, int first, int height)
    {
        var end = Math.Min(first + height, count);
        for (var depth = 0; depth < width; depth += DepthAtOnce)
        {
            var steps = Math.Min(DepthAtOnce, width - depth);
            for (var column = 0; column < end; column += Tile)
            {
                for (var row = Math.Max(first, column); row < end; row += Tile)
                {
                    AddTile(sums, values + depth, count, width, row, column, steps);
                }
            }
        }
    }

    /// <summary>
    /// Adds the products of rows <paramref name="row"/> to +3 with rows <paramref name="column"/> to +3 over some columns of X; rows past
    /// the last are computed and dropped.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddTile(double* sums, double* values, int count, long stride, int row, int column, int steps)
    {
        double* Row(int index) => values + (Math.Min(index, count - 1) * stride);
        double* a0 = Row(row), a1 = Row(row + 1), a2 = Row(row + 2), a3 = Row(row + 3);
        double* b0 = Row(column), b1 = Row(column + 1), b2 = Row(column + 2), b3 = Row(column + 3);
        Vector512<double> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector512<double> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<double> s20 = default, s21 = default, s22 = default, s23 = default;
        Vector512<double> s30 = default, s31 = default, s32 = default, s33 = default;
        var k = 0;
        for (; k <= steps - Vector512<double>.Count; k += Vector512<double>.Count)
        {
            Vector512<double> x0 = Vector512.Load(b0 + k), x1 = Vector512.Load(b1 + k), x2 = Vector512.Load(
                b2 + k), x3 = Vector512.Load(b3 + k);
            var y = Vector512.Load(a0 + k);
            s00 = Avx512F.FusedMultiplyAdd(y, x0, s00);
            s01 = Avx512F.FusedMultiplyAdd(y, x1, s01);
            s02 = Avx512F.FusedMultiplyAdd(y, x2, s02);
            s03 = Avx512F.FusedMultiplyAdd(y, x3, s03);
            y = Vector512.Load(a1 + k);
            s10 = Avx512F.FusedMultiplyAdd(y, x0, s10);
            s11 = Avx512F.FusedMultiplyAdd(y, x1, s11);
            s12 = Avx512F.FusedMultiplyAdd(y, x2, s12);
            s13 = Avx512F.FusedMultiplyAdd(y, x3, s13);
            y = Vector512.Load(a2 + k);
            s20 = Avx512F.FusedMultiplyAdd(y, x0, s20);
            s21 = Avx512F.FusedMultiplyAdd(y, x1, s21);
            s22 = Avx512F.FusedMultiplyAdd(y, x2, s22);
            s23 = Avx512F.FusedMultiplyAdd(y, x3, s23);
            y = Vector512.Load(a3 + k);
            s30 = Avx512F.FusedMultiplyAdd(y, x0, s30);
            s31 = Avx512F.FusedMultiplyAdd(y, x1, s31);
            s32 = Avx512F.FusedMultiplyAdd(y, x2, s32);
            s33 = Avx512F.FusedMultiplyAdd(y, x3, s33);
        }

        Vector256<double> t0 = Sums(s00, s01, s02, s03), t1 = Sums(s10, s11, s12, s13), t2 = Sums(s20, s21, s22, s23), t3 = Sums(
            s30, s31, s32, s33);
        if (k == steps && row + Tile <= count && column + Tile <= count)
        {
            var target = sums + (row * (long)count) + column;
            (Vector256.Load(target) + t0).Store(target);
            (Vector256.Load(target += count) + t1).Store(target);
            (Vector256.Load(target += count) + t2).Store(target);
            (Vector256.Load(target += count) + t3).Store(target);
            return;
        }

        ReadOnlySpan<Vector256<double>> tile = [t0, t1, t2, t3];
        for (var i = 0; i < Math.Min(Tile, count - row); i++)
        {
            for (var j = 0; j < Math.Min(Tile, count - column); j++)
            {
                var sum = tile[i][j];
                for (var rest = k; rest < steps; rest++)
                {
                    sum += Row(row + i)[rest] * Row(column + j)[rest];
                }

                sums[((row + i) * (long)count) + column + j] += sum;
            }
        }
    }

    /// <summary>The sum over each of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Sums(Vector512<double> a, Vector512<double> b, Vector512<double> c, Vector512<double> d)
    {
        var ab = Avx512F.UnpackLow(a, b) + Avx512F.UnpackHigh(a, b);
        var cd = Avx512F.UnpackLow(c, d) + Avx512F.UnpackHigh(c, d);
        var (left, right) = (ab.GetLower() + ab.GetUpper(), cd.GetLower() + cd.GetUpper());
        return Avx.Permute2x128(left, right, 0x20) + Avx.Permute2x128(left, right, 0x31);
    }
}
