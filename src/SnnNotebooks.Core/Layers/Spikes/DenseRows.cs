using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Layers.Spikes;

/// <summary>A dense float32 matrix of which pieces are taken: a row for each bit; rows or columns contiguous.</summary>
/// <param name="Start">Its first element.</param>
/// <param name="RowStride">Floats from row to row.</param>
/// <param name="ColumnStride">Floats from column to column; one of both strides is 1.</param>
internal readonly unsafe record struct DenseRows(nint Start, long RowStride, long ColumnStride)
{
    /// <summary>Copies a piece [32, 32]; rows that are not there are zeros.</summary>
    /// <param name="row">Its first row.</param>
    /// <param name="rows">How many there are, at most 32.</param>
    /// <param name="column">Its first column.</param>
    /// <param name="factor">What each value is multiplied with, a power of two.</param>
    /// <param name="to">Room for it.</param>
    public void Load(long row, int rows, long column, float factor, float* to)
    {
        const int side = SpikeTables.Piece;
        var from = (float*)Start + (row * RowStride) + (column * ColumnStride);
        if (ColumnStride != 1)
        {
            Transposition.Copy(from, ColumnStride, side, rows, to, side);
        }
        else
        {
            for (var i = 0; i < rows; i++)
            {
                Unsafe.CopyBlockUnaligned(to + (i * side), from + (i * RowStride), side * sizeof(float));
            }
        }

        var values = new Span<float>(to, side * side);
        values[(rows * side)..].Clear();
        for (var i = 0; factor != 1 && i < values.Length; i += Vector256<float>.Count)
        {
            (Vector256.Load(to + i) * factor).Store(to + i);
        }
    }
}
