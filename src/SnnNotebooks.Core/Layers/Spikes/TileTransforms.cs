using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Layers.Spikes;

/// <summary>
/// The transforms of minimal filtering F(2 x 2, 3 x 3) (A. Lavin, S. Gray, CVPR 2016, arXiv:1509.09308, eq. 7 and 8), channel by channel:
/// of 4 x 4 values that a tile of 2 x 2 sums sees and of 3 x 3 weights come 16 factors each, of whose products come the sums.
/// </summary>
internal static unsafe class TileTransforms
{
    /// <summary>Products of a tile.</summary>
    public const int Places = 16;

    private static int Width => Vector256<float>.Count;

    /// <summary>B^T d B: what the weights' factors are multiplied with.</summary>
    /// <param name="values">Addresses of d by rows, each of as many channels.</param>
    /// <param name="channels">How many, a multiple of 8.</param>
    /// <param name="to">Takes the first of the 16.</param>
    /// <param name="stride">Floats from one to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfValues(nint* values, int channels, float* to, long stride)
    {
        for (var channel = 0; channel < channels; channel += Width)
        {
            var (a0, b0, c0, d0) = Differences(At(0, channel), At(4, channel), At(8, channel), At(12, channel));
            var (a1, b1, c1, d1) = Differences(At(1, channel), At(5, channel), At(9, channel), At(13, channel));
            var (a2, b2, c2, d2) = Differences(At(2, channel), At(6, channel), At(10, channel), At(14, channel));
            var (a3, b3, c3, d3) = Differences(At(3, channel), At(7, channel), At(11, channel), At(15, channel));
            Put(0, Differences(a0, a1, a2, a3), to + channel, stride);
            Put(4, Differences(b0, b1, b2, b3), to + channel, stride);
            Put(8, Differences(c0, c1, c2, c3), to + channel, stride);
            Put(12, Differences(d0, d1, d2, d3), to + channel, stride);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector256<float> At(int place, int channel) => Vector256.Load((float*)values[place] + channel);
    }

    /// <summary>G g G^T of weights g that are turned by half a circle: what the values' factors are multiplied with.</summary>
    /// <param name="weights">The weights before they are turned, [3 x 3, 32].</param>
    /// <param name="to">Takes the first of the 16, 32 channels.</param>
    /// <param name="stride">Floats from one to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfTurnedWeights(float* weights, float* to, long stride)
    {
        for (var channel = 0; channel < SpikeTables.Piece; channel += Width)
        {
            var (a0, b0, c0, d0) = Means(At(8, channel), At(5, channel), At(2, channel));
            var (a1, b1, c1, d1) = Means(At(7, channel), At(4, channel), At(1, channel));
            var (a2, b2, c2, d2) = Means(At(6, channel), At(3, channel), At(0, channel));
            Put(0, Means(a0, a1, a2), to + channel, stride);
            Put(4, Means(b0, b1, b2), to + channel, stride);
            Put(8, Means(c0, c1, c2), to + channel, stride);
            Put(12, Means(d0, d1, d2), to + channel, stride);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector256<float> At(int tap, int channel) => Vector256.Load(weights + (tap * SpikeTables.Piece) + channel);
    }

    /// <summary>A^T M A: the sums of a tile; those beyond the edge are left out.</summary>
    /// <param name="products">The first of the 16, 32 channels.</param>
    /// <param name="stride">Floats from one to the next.</param>
    /// <param name="to">Takes the tile's first pixel.</param>
    /// <param name="right">Floats to the pixel on its right; 0: there is none.</param>
    /// <param name="below">Floats to the pixel below; 0: there is none.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sums(float* products, long stride, float* to, long right, long below)
    {
        for (var channel = 0; channel < SpikeTables.Piece; channel += Width, to += Width)
        {
            var (a0, b0) = Ends(At(0, channel), At(4, channel), At(8, channel), At(12, channel));
            var (a1, b1) = Ends(At(1, channel), At(5, channel), At(9, channel), At(13, channel));
            var (a2, b2) = Ends(At(2, channel), At(6, channel), At(10, channel), At(14, channel));
            var (a3, b3) = Ends(At(3, channel), At(7, channel), At(11, channel), At(15, channel));
            Row(Ends(a0, a1, a2, a3), to);
            if (below != 0)
            {
                Row(Ends(b0, b1, b2, b3), to + below);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        Vector256<float> At(int place, int channel) => Vector256.Load(products + (place * stride) + channel);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        void Row((Vector256<float> Left, Vector256<float> Right) sums, float* at)
        {
            sums.Left.Store(at);
            if (right != 0)
            {
                sums.Right.Store(at + right);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> A, Vector256<float> B, Vector256<float> C, Vector256<float> D) Differences(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d) => (a - c, b + c, c - b, b - d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> A, Vector256<float> B, Vector256<float> C, Vector256<float> D) Means(
        Vector256<float> a, Vector256<float> b, Vector256<float> c)
    {
        var (outer, middle) = ((a + c) * 0.5f, b * 0.5f);
        return (a, outer + middle, outer - middle, c);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> First, Vector256<float> Last) Ends(
        Vector256<float> a, Vector256<float> b, Vector256<float> c, Vector256<float> d) => (a + b + c, b - c - d);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(
        int first, (Vector256<float> A, Vector256<float> B, Vector256<float> C, Vector256<float> D) factors, float* to, long stride)
    {
        factors.A.Store(to + (first * stride));
        factors.B.Store(to + ((first + 1) * stride));
        factors.C.Store(to + ((first + 2) * stride));
        factors.D.Store(to + ((first + 3) * stride));
    }
}
