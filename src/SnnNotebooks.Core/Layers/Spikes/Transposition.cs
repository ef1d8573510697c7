using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SnnNotebooks.Layers.Spikes;

/// <summary>Rows of floats to columns, eight by eight in registers; needs AVX.</summary>
internal static unsafe class Transposition
{
    private const int Side = 8;

    /// <summary>to[column, row] = from[row, column].</summary>
    /// <param name="from">[rows, columns].</param>
    /// <param name="fromStride">Floats from row to row.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="to">[columns, rows].</param>
    /// <param name="toStride">Floats from column to column.</param>
    /// <param name="adds">Whether it is added to what is there.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* from, long fromStride, int rows, int columns, float* to, long toStride, bool adds = false)
    {
        var (wholeRows, wholeColumns) = (rows / Side * Side, columns / Side * Side);
        for (var row = 0; row < wholeRows; row += Side)
        {
            for (var column = 0; column < wholeColumns; column += Side)
            {
                Block(from + (row * fromStride) + column, fromStride, to + (column * toStride) + row, toStride, adds);
            }
        }

        for (var row = 0; row < rows; row++)
        {
            for (var column = row < wholeRows ? wholeColumns : 0; column < columns; column++)
            {
                ref var target = ref to[(column * toStride) + row];
                target = from[(row * fromStride) + column] + (adds ? target : 0);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Block(float* from, long fromStride, float* to, long toStride, bool adds)
    {
        var (a, b) = Pairs(from, fromStride);
        var (c, d) = Pairs(from + (2 * fromStride), fromStride);
        var (e, f) = Pairs(from + (4 * fromStride), fromStride);
        var (g, h) = Pairs(from + (6 * fromStride), fromStride);
        Columns(a, c, e, g, 0);
        Columns(b, d, f, h, 2);

        static (Vector256<float> Low, Vector256<float> High) Pairs(float* at, long stride)
        {
            var (upper, lower) = (Vector256.Load(at), Vector256.Load(at + stride));
            return (Avx.UnpackLow(upper, lower), Avx.UnpackHigh(upper, lower));
        }

        // of four pairs of rows, the columns `first` and `first + 1` of both halves
        void Columns(Vector256<float> a, Vector256<float> c, Vector256<float> e, Vector256<float> g, int first)
        {
            var (top, bottom) = (Avx.Shuffle(a, c, 0b01_00_01_00), Avx.Shuffle(e, g, 0b01_00_01_00));
            Put(Avx.Permute2x128(top, bottom, 0x20), first);
            Put(Avx.Permute2x128(top, bottom, 0x31), first + 4);
            (top, bottom) = (Avx.Shuffle(a, c, 0b11_10_11_10), Avx.Shuffle(e, g, 0b11_10_11_10));
            Put(Avx.Permute2x128(top, bottom, 0x20), first + 1);
            Put(Avx.Permute2x128(top, bottom, 0x31), first + 5);
        }

        void Put(Vector256<float> column, int number)
        {
            var at = to + (number * toStride);
            (adds ? column + Vector256.Load(at) : column).Store(at);
        }
    }
}
