using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Memristive.Packed;

/// <summary>Weights as whole numbers of steps, 16 bits each, a row for each input.</summary>
internal sealed class PackedMatrix
{
    private const int Tile = 8 * 16; // columns whose sums stay in eight registers
    private readonly short[] values;

    public PackedMatrix(int rows, int columns)
    {
        (Rows, Columns) = (rows, columns);
        Stride = (columns + Tile - 1) / Tile * Tile;
        if (columns <= 16)
        {
            Stride = 16;
        }

        values = new short[rows * Stride];
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Columns in memory: 16, or a multiple of 128.</summary>
    public int Stride { get; }

    public Span<short> Row(int row) => values.AsSpan(row * Stride, Stride);

    /// <summary>Adds to each sum the rows whose bits are 1. The caller sees to it that 16 bits hold the result.</summary>
    public void AddRows(ReadOnlySpan<ulong> bits, Span<short> sums)
    {
        ref var matrix = ref MemoryMarshal.GetArrayDataReference(values);
        if (Stride == 16)
        {
            AddNarrow(ref matrix, bits, sums);
            return;
        }

        for (var column = 0; column < Stride; column += Tile)
        {
            AddTile(ref Unsafe.Add(ref matrix, column), (nuint)Stride, bits, ref sums[column]);
        }
    }

    private static void AddNarrow(ref short matrix, ReadOnlySpan<ulong> bits, Span<short> sums)
    {
        var sum = Vector256.LoadUnsafe(ref sums[0]);
        for (var word = 0; word < bits.Length; word++)
        {
            for (var left = bits[word]; left != 0; left &= left - 1)
            {
                sum += Vector256.LoadUnsafe(ref matrix, (nuint)((word * 64) + BitOperations.TrailingZeroCount(left)) * 16);
            }
        }

        sum.StoreUnsafe(ref sums[0]);
    }

    private static void AddTile(ref short matrix, nuint stride, ReadOnlySpan<ulong> bits, ref short sums)
    {
        var (a, b, c, d) = (Vector256.LoadUnsafe(ref sums), Vector256.LoadUnsafe(ref sums, 16), Vector256.LoadUnsafe(ref sums, 32),
            Vector256.LoadUnsafe(ref sums, 48));
        var (e, f, g, h) = (Vector256.LoadUnsafe(ref sums, 64), Vector256.LoadUnsafe(ref sums, 80), Vector256.LoadUnsafe(ref sums, 96),
            Vector256.LoadUnsafe(ref sums, 112));
        for (var word = 0; word < bits.Length; word++)
        {
            for (var left = bits[word]; left != 0; left &= left - 1)
            {
                ref var row = ref Unsafe.Add(ref matrix, (nuint)((word * 64) + BitOperations.TrailingZeroCount(left)) * stride);
                a += Vector256.LoadUnsafe(ref row);
                b += Vector256.LoadUnsafe(ref row, 16);
                c += Vector256.LoadUnsafe(ref row, 32);
                d += Vector256.LoadUnsafe(ref row, 48);
                e += Vector256.LoadUnsafe(ref row, 64);
                f += Vector256.LoadUnsafe(ref row, 80);
                g += Vector256.LoadUnsafe(ref row, 96);
                h += Vector256.LoadUnsafe(ref row, 112);
            }
        }

        a.StoreUnsafe(ref sums);
        b.StoreUnsafe(ref sums, 16);
        c.StoreUnsafe(ref sums, 32);
        d.StoreUnsafe(ref sums, 48);
        e.StoreUnsafe(ref sums, 64);
        f.StoreUnsafe(ref sums, 80);
        g.StoreUnsafe(ref sums, 96);
        h.StoreUnsafe(ref sums, 112);
    }
}
