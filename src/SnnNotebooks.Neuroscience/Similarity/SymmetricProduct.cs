using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>
/// X X' of a matrix, of which one triangle is computed and the other copied. With AVX-512 the products are computed here: libtorch's
/// need all of the work for small matrices, and on AMD processors use vectors half as long.
/// </summary>
internal static unsafe class SymmetricProduct
{
    private const int FewestRows = 32; // of a task
    private const int MostRows = 128;
    private const int Tasks = 16;

    /// <summary>Adds the products of rows on and below the diagonal; what is above it is changed, too, and means nothing.</summary>
    /// <param name="gram">[S, S], float64, contiguous.</param>
    /// <param name="rows">X [S, F], float64, contiguous.</param>
    /// <param name="precision">In what the products are computed.</param>
    public static void AddLower(Tensor gram, Tensor rows, ProductPrecision precision = ProductPrecision.Double)
    {
        if (!Avx512F.IsSupported)
        {
            AddPanels(gram, rows, precision);
        }
        else if (precision == ProductPrecision.Single)
        {
            AddSlices<float>(gram, rows, ScalarType.Float32);
        }
        else
        {
            AddSlices<double>(gram, rows, ScalarType.Float64);
        }
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

    private static void AddPanels(Tensor gram, Tensor rows, ProductPrecision precision)
    {
        const long FewestPanelRows = 64; // fewer make libtorch's products slow
        const long MostPanels = 8;
        using var scope = NewDisposeScope();
        var count = rows.shape[0];
        var panels = Math.Clamp(count / FewestPanelRows, 1, MostPanels);
        var factors = precision == ProductPrecision.Single ? rows.to(ScalarType.Float32) : rows;
        for (var panel = 0; panel < panels; panel++)
        {
            var (first, end) = (panel * count / panels, (panel + 1) * count / panels);
            var (sums, left, right) = (gram.narrow(0, first, end - first).narrow(1, 0, end), factors.narrow(0, first, end - first),
                factors.narrow(0, 0, end).t());
            _ = precision == ProductPrecision.Single ? sums.add_(left.mm(right)) : sums.addmm_(left, right);
        }
    }

    /// <summary>Some columns of X at a time are laid out in slices; tasks then take bands of rows.</summary>
    private static void AddSlices<T>(Tensor gram, Tensor rows, ScalarType type)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        var (count, width) = ((int)rows.shape[0], (int)rows.shape[1]);
        using var memory = empty(RowSlices<T>.Elements(count), type);
        var slices = new RowSlices<T>((T*)Start(memory), count);
        double* sums = (double*)First(gram), values = (double*)First(rows);
        var height = Math.Clamp(count / Tasks / RowSlices<T>.Side * RowSlices<T>.Side, FewestRows, MostRows);
        var tasks = (count + height - 1) / height;
        for (var column = 0; column < width; column += RowSlices<T>.Depth)
        {
            var from = values + column;
            var steps = Math.Min(RowSlices<T>.Depth, width - column);
            ForEach(slices.Parts, part => slices.Fill(part, from, width, steps));

            // the last rows have the most partners, so they go first
            ForEach(tasks, task => slices.AddProducts(sums, (tasks - 1 - task) * height, height, steps));
        }

        GC.KeepAlive(gram);
        GC.KeepAlive(rows);
    }

    private static void ForEach(int count, Action<int> work)
    {
        if (get_num_threads() is var threads and > 1)
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads }, work);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            work(i);
        }
    }

    private static nint First(Tensor matrix)
    {
        using var row = matrix[0]; // all bytes together may be too many for a span
        return Start(row);
    }

    private static nint Start(Tensor values) => (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(values.bytes));
}
