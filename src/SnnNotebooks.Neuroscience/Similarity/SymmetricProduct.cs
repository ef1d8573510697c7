using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity;

/// <summary>
/// X X' of a matrix, of which one triangle is computed and the other copied. With AVX2 the products are computed here: libtorch's need
/// all of the work for small matrices, and on AMD processors leave AVX-512 unused.
/// </summary>
internal static unsafe class SymmetricProduct
{
    private const int FewestRows = 32; // of a task
    private const int MostRows = 64;
    private const int Tasks = 16;
    private const int MostColumns = 1280; // of a slice: a task's rows of so many stay in the second-level cache

    /// <summary>Adds the products of rows on and below the diagonal; what is above it is changed, too, and means nothing.</summary>
    /// <param name="gram">[S, S], float64, contiguous.</param>
    /// <param name="rows">
    /// X [S, F], contiguous; float64, or float32: then so are products and the sums of at most 1,280 of them.
    /// </param>
    public static void AddLower(Tensor gram, Tensor rows)
    {
        if (!RowProducts<double>.IsSupported)
        {
            AddPanels(gram, rows);
        }
        else if (rows.dtype == ScalarType.Float32)
        {
            AddTiles<float>(gram, rows);
        }
        else
        {
            AddTiles<double>(gram, rows);
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

    private static void AddPanels(Tensor gram, Tensor rows)
    {
        const long FewestPanelRows = 64; // fewer make libtorch's products slow
        const long MostPanels = 8;
        using var scope = NewDisposeScope();
        var count = rows.shape[0];
        var panels = Math.Clamp(count / FewestPanelRows, 1, MostPanels);
        for (var panel = 0; panel < panels; panel++)
        {
            var (first, end) = (panel * count / panels, (panel + 1) * count / panels);
            var (sums, left, right) = (gram.narrow(0, first, end - first).narrow(1, 0, end), rows.narrow(0, first, end - first),
                rows.narrow(0, 0, end).t());
            _ = rows.dtype == gram.dtype ? sums.addmm_(left, right) : sums.add_(left.mm(right));
        }
    }

    private static void AddTiles<T>(Tensor gram, Tensor rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (count, width) = ((int)rows.shape[0], (int)rows.shape[1]);
        var lanes = RowProducts<T>.Lanes;
        var vectors = width / lanes;
        var slices = (width + MostColumns - 1) / MostColumns;
        for (var slice = 0; slice < slices; slice++)
        {
            var (first, end) = ((long)vectors * slice / slices * lanes, (long)vectors * (slice + 1) / slices * lanes);
            AddColumns((T*)First(rows) + first, width, (int)(end - first));
        }

        if (vectors * lanes is var whole && whole < width)
        {
            using var rest = nn.functional.pad(rows.narrow(1, whole, width - whole), [0, lanes - (width - whole)]);
            AddColumns((T*)First(rest), lanes, lanes);
            GC.KeepAlive(rest);
        }

        GC.KeepAlive(rows);
        GC.KeepAlive(gram);

        void AddColumns(T* values, int stride, int steps)
        {
            var height = Math.Clamp(count / Tasks / RowProducts<T>.Side * RowProducts<T>.Side, FewestRows, MostRows);
            var tasks = (count + height - 1) / height;
            var sums = (double*)First(gram);

            // the last rows have the most partners, so they go first
            ForEach(tasks, task => RowProducts<T>.Add(sums, count, (tasks - 1 - task) * height, height, values, stride, steps));
        }
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
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(row.bytes));
    }
}
