using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Layers.Spikes;

/// <summary>
/// Sums of the rows of a dense matrix that bits choose, by the method of four Russians (V. Arlazarov et al., 1970): of every four rows the
/// sixteen sums are a table, so that four bits cost one addition in place of four products. A piece is 32 bits deep and 32 columns wide;
/// its eight tables, 16 KB, stay in the first-level cache.
/// </summary>
internal static unsafe class SpikeTables
{
    /// <summary>Bits of a piece, and its columns.</summary>
    public const int Piece = 32;

    /// <summary>Bytes of a piece's tables.</summary>
    public const int Bytes = Tables * TableBytes;

    private const int Tables = 8;
    private const int Entries = 16;
    private const int TableBytes = Entries * Piece * sizeof(float);
    private const int RowShift = 7; // an entry is 128 bytes
    private const ulong Entry = (Entries - 1UL) << RowShift;

    /// <summary>Fills the tables.</summary>
    /// <param name="dense">[32, 32], rows by bit.</param>
    /// <param name="tables">Room for <see cref="Bytes"/>, aligned to 64.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fill(float* dense, byte* tables)
    {
        for (var table = 0; table < Tables; table++, dense += 4 * Piece, tables += TableBytes)
        {
            for (var column = 0; column < Piece; column += Vector256<float>.Count)
            {
                var from = dense + column;
                var to = (float*)tables + column;
                var (one, two) = (Vector256.Load(from), Vector256.Load(from + Piece));
                var (four, eight) = (Vector256.Load(from + (2 * Piece)), Vector256.Load(from + (3 * Piece)));
                var three = one + two;
                Four(to, Vector256<float>.Zero, one, two, three);
                Four(to + (4 * Piece), four, one + four, two + four, three + four);
                Four(to + (8 * Piece), eight, one + eight, two + eight, three + eight);
                Four(to + (12 * Piece), four + eight, one + four + eight, two + four + eight, three + four + eight);
            }
        }
    }

    /// <summary>
    /// Adds to each row of sums what its 32 bits choose, and twice what those of twos do; bits that are all zero, as padding's are, cost
    /// next to nothing.
    /// </summary>
    /// <param name="ones">The bits of the piece for an offset of 0.</param>
    /// <param name="twos">Those that are worth two, or null.</param>
    /// <param name="offsets">Bytes to the bits of each row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="tables">The tables.</param>
    /// <param name="sums">[rows, 32].</param>
    public static void Add(byte* ones, byte* twos, int* offsets, int rows, byte* tables, float* sums)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            AddWide(ones, twos, offsets, rows, tables, sums);
        }
        else
        {
            AddNarrow(ones, twos, offsets, rows, tables, sums);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddWide(byte* ones, byte* twos, int* offsets, int rows, byte* tables, float* sums)
    {
        for (var row = 0; row < rows; row++, sums += Piece)
        {
            var one = (ulong)*(uint*)(ones + offsets[row]) << RowShift;
            var two = twos == null ? 0 : (ulong)*(uint*)(twos + offsets[row]) << RowShift;
            if ((one | two) == 0)
            {
                continue;
            }

            var (left, right) = (Vector512.Load(sums), Vector512.Load(sums + 16));
            for (var table = tables; table < tables + Bytes; table += TableBytes, one >>= 4)
            {
                var entry = (float*)(table + (one & Entry));
                left += Vector512.Load(entry);
                right += Vector512.Load(entry + 16);
            }

            if (two != 0)
            {
                for (var table = tables; table < tables + Bytes; table += TableBytes, two >>= 4)
                {
                    var entry = (float*)(table + (two & Entry));
                    left += Vector512.Load(entry) * 2;
                    right += Vector512.Load(entry + 16) * 2;
                }
            }

            left.Store(sums);
            right.Store(sums + 16);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddNarrow(byte* ones, byte* twos, int* offsets, int rows, byte* tables, float* sums)
    {
        for (var row = 0; row < rows; row++, sums += Piece)
        {
            var one = (ulong)*(uint*)(ones + offsets[row]) << RowShift;
            var two = twos == null ? 0 : (ulong)*(uint*)(twos + offsets[row]) << RowShift;
            if ((one | two) == 0)
            {
                continue;
            }

            var (a, b, c, d) = (Vector256.Load(sums), Vector256.Load(sums + 8), Vector256.Load(sums + 16), Vector256.Load(sums + 24));
            for (var table = tables; table < tables + Bytes; table += TableBytes, one >>= 4)
            {
                var entry = (float*)(table + (one & Entry));
                a += Vector256.Load(entry);
                b += Vector256.Load(entry + 8);
                c += Vector256.Load(entry + 16);
                d += Vector256.Load(entry + 24);
            }

            if (two != 0)
            {
                for (var table = tables; table < tables + Bytes; table += TableBytes, two >>= 4)
                {
                    var entry = (float*)(table + (two & Entry));
                    a += Vector256.Load(entry) * 2;
                    b += Vector256.Load(entry + 8) * 2;
                    c += Vector256.Load(entry + 16) * 2;
                    d += Vector256.Load(entry + 24) * 2;
                }
            }

            a.Store(sums);
            b.Store(sums + 8);
            c.Store(sums + 16);
            d.Store(sums + 24);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Four(float* to, Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d)
    {
        a.Store(to);
        b.Store(to + Piece);
        c.Store(to + (2 * Piece));
        d.Store(to + (3 * Piece));
    }
}
