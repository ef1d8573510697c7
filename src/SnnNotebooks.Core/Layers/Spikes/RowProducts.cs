using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using SnnNotebooks.Native.Vectors;

namespace SnnNotebooks.Layers.Spikes;

/// <summary>
/// Products of eight rows with 32 columns, whose sums stay in registers: 16 columns at a time, and without AVX-512 four rows. The order of
/// a sum does not depend on the width. Needs AVX2.
/// </summary>
internal static unsafe class RowProducts
{
    /// <summary>Rows of the left matrix.</summary>
    public const int Rows = 8;

    private const int Piece = SpikeTables.Piece;

    /// <summary>Sums over taps and depth.</summary>
    /// <param name="places">Of each tap the address of its left matrix, [8, depth], and of its right one, [depth, 32].</param>
    /// <param name="taps">How many.</param>
    /// <param name="offset">Floats from a left address to the first row.</param>
    /// <param name="depth">Columns of the left matrices.</param>
    /// <param name="sums">Takes them, [8, 32].</param>
    public static void Sums(nint* places, int taps, long offset, int depth, float* sums)
    {
        if (Vectors512<float>.IsSupported)
        {
            Sums<Vector512<float>, Vectors512<float>>(places, taps, offset, depth, sums);
        }
        else
        {
            Sums<Vector256<float>, Vectors256<float>>(places, taps, offset, depth, sums);
        }
    }

    private static void Sums<TVector, TVectors>(nint* places, int taps, long offset, int depth, float* sums)
        where TVector : struct
        where TVectors : IVectors<float, TVector>
    {
        for (var row = 0; row < Rows; row += TVectors.Registers / 4)
        {
            for (var channel = 0; channel < Piece; channel += 2 * TVectors.Count)
            {
                Sum<TVector, TVectors>(
                    places, taps, offset + ((long)row * depth), depth, channel, sums + (row * Piece) + channel);
            }
        }
    }

    /// <summary>Those of two vectors of channels, and as many rows as the registers hold the sums of: eight or four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum<TVector, TVectors>(nint* places, int taps, long offset, int depth, int channel, float* sums)
        where TVector : struct
        where TVectors : IVectors<float, TVector>
    {
        TVector a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
        TVector e0 = default, e1 = default, f0 = default, f1 = default, g0 = default, g1 = default, h0 = default, h1 = default;
        long two = 2L * depth, three = 3L * depth;
        for (var tap = 0; tap < taps; tap++)
        {
            var from = (float*)places[2 * tap] + offset;
            var weights = (float*)places[(2 * tap) + 1] + channel;
            var behind = from + (4L * depth);
            for (var end = from + depth; from < end; from++, behind++, weights += Piece)
            {
                var (left, right) = (TVectors.Load(weights), TVectors.Load(weights + TVectors.Count));
                var value = TVectors.Create(from[0]);
                (a0, a1) = (TVectors.MultiplyAdd(value, left, a0), TVectors.MultiplyAdd(value, right, a1));
                value = TVectors.Create(from[depth]);
                (b0, b1) = (TVectors.MultiplyAdd(value, left, b0), TVectors.MultiplyAdd(value, right, b1));
                value = TVectors.Create(from[two]);
                (c0, c1) = (TVectors.MultiplyAdd(value, left, c0), TVectors.MultiplyAdd(value, right, c1));
                value = TVectors.Create(from[three]);
                (d0, d1) = (TVectors.MultiplyAdd(value, left, d0), TVectors.MultiplyAdd(value, right, d1));
                if (TVectors.Registers > 16)
                {
                    value = TVectors.Create(behind[0]);
                    (e0, e1) = (TVectors.MultiplyAdd(value, left, e0), TVectors.MultiplyAdd(value, right, e1));
                    value = TVectors.Create(behind[depth]);
                    (f0, f1) = (TVectors.MultiplyAdd(value, left, f0), TVectors.MultiplyAdd(value, right, f1));
                    value = TVectors.Create(behind[two]);
                    (g0, g1) = (TVectors.MultiplyAdd(value, left, g0), TVectors.MultiplyAdd(value, right, g1));
                    value = TVectors.Create(behind[three]);
                    (h0, h1) = (TVectors.MultiplyAdd(value, left, h0), TVectors.MultiplyAdd(value, right, h1));
                }
            }
        }

        Put(0, a0, a1);
        Put(1, b0, b1);
        Put(2, c0, c1);
        Put(3, d0, d1);
        if (TVectors.Registers > 16)
        {
            Put(4, e0, e1);
            Put(5, f0, f1);
            Put(6, g0, g1);
            Put(7, h0, h1);
        }

        void Put(int row, TVector left, TVector right)
        {
            TVectors.Store(left, sums + (row * Piece));
            TVectors.Store(right, sums + (row * Piece) + TVectors.Count);
        }
    }
}
