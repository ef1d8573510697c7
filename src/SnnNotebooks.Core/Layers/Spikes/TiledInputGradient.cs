using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SnnNotebooks.Native;
using SnnNotebooks.Native.Vectors;
using SnnNotebooks.Neurons.Fused;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers.Spikes;

/// <summary>
/// The gradient of the input of a 3 x 3 convolution at stride 1 by tiles of 2 x 2 pixels, 16 products in place of 36
/// (<see cref="TileTransforms"/>): 32 tiles at a time, whose factors stay in the second-level cache. Sums are float32 in an order of their
/// own, the same for any number of threads and for either width of vectors. Pixels of a tile share their rounding errors, and what is
/// infinite or NaN. Needs AVX2.
/// </summary>
internal static unsafe class TiledInputGradient
{
    private const int Piece = SpikeTables.Piece;
    private const int Places = TileTransforms.Places;
    private const int Tiles = 32;
    private const int Apart = 16; // floats between the 16 factors, which would else share the same lines of the cache
    private const long LeastTiles = 64; // below, the factors of the weights cost too much
    private const double LeastSaving = 1.2; // products of the taps that reach the pixels, for one of the tiles'

    /// <summary>Whether it costs less than <see cref="InputGradient"/>.</summary>
    /// <param name="of">Sizes.</param>
    public static bool Pays(SpikeGeometry of)
    {
        var tiles = TilesOf(of.Height) * TilesOf(of.Width);
        return Vectors256<float>.IsSupported && of.Channels % Piece == 0 && of.Kernel == (3, 3) && of.Stride == (1, 1)
            && of.Count * tiles >= LeastTiles
            && Taps(of.Height, of.Padding.Height) * Taps(of.Width, of.Padding.Width) >= LeastSaving * Places * tiles;
    }

    /// <summary>Computes it.</summary>
    /// <param name="of">Sizes.</param>
    /// <param name="rows">Gradient of the output, [N, H', W', C'], contiguous; C' a multiple of 32.</param>
    /// <param name="weight">[C', C, 3, 3].</param>
    /// <returns>[N, H, W, C].</returns>
    public static Tensor Of(SpikeGeometry of, Tensor rows, Tensor weight)
    {
        var outputs = (int)rows.shape[^1];
        var (inImage, panelStride) = (TilesOf(of.Height) * TilesOf(of.Width), ((long)outputs * Piece) + Apart);
        var (pieces, tiles) = (of.Channels / Piece, of.Count * inImage);
        using var ordered = weight.contiguous();
        using var panels = TensorBlocks.Empty([pieces, Places, panelStride], ScalarType.Float32);
        var result = TensorBlocks.Empty([of.Count, of.Height, of.Width, of.Channels], ScalarType.Float32);
        var (gradient, weights, factors, target) = (
            NativeAutograd.Address(rows), NativeAutograd.Address(ordered), NativeAutograd.Address(panels), NativeAutograd.Address(result));
        NeuronRanges.Run(Places * panelStride, pieces, 1, (from, to) =>
        {
            for (var piece = from; piece < to; piece++)
            {
                Pack((float*)weights + (piece * Piece * 9), of.Channels * 9, outputs, (float*)factors + (piece * Places * panelStride));
            }
        });
        NeuronRanges.Run(Tiles * (long)outputs, (tiles + Tiles - 1) / Tiles, 1, (from, to) =>
        {
            using var work = new Room(outputs);
            for (var block = from; block < to; block++)
            {
                Block(of, (float*)gradient, (float*)factors, work, block * Tiles, Math.Min((block + 1) * Tiles, tiles), (float*)target);
            }
        });
        GC.KeepAlive(rows); // the loops know addresses only
        GC.KeepAlive(ordered);
        GC.KeepAlive(panels);
        GC.KeepAlive(result);
        return result;
    }

    private static long TilesOf(long length) => (length + 1) / 2;

    /// <summary>Along an axis, the taps of all pixels that an output comes from.</summary>
    private static long Taps(long length, long padding) => Enumerable.Range(0, 3).Sum(tap =>
        Math.Max(0, Math.Min(length, length + padding - 2 + tap) - Math.Max(0, tap - padding)));

    /// <summary>The factors of the weights of 32 input channels, [16, C', 32].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(float* weight, long stride, int outputs, float* panel)
    {
        var turned = stackalloc float[9 * Piece];
        for (var output = 0; output < outputs; output++)
        {
            Transposition.Copy(weight + (output * stride), 9, Piece, 9, turned, Piece);
            TileTransforms.OfTurnedWeights(turned, panel + ((long)output * Piece), ((long)outputs * Piece) + Apart);
        }
    }

    private static void Block(SpikeGeometry of, float* gradient, float* panels, Room work, long first, long end, float* result)
    {
        var (inRow, inImage) = (TilesOf(of.Width), TilesOf(of.Height) * TilesOf(of.Width));
        var seen = stackalloc nint[Places];
        var count = (int)(end - first);
        for (var tile = 0; tile < count; tile++)
        {
            var (image, place) = Math.DivRem(first + tile, inImage);
            var (row, column) = Math.DivRem(place, inRow);
            for (var i = 0; i < Places; i++)
            {
                var (y, x) = ((2 * row) + of.Padding.Height - 2 + (i / 4), (2 * column) + of.Padding.Width - 2 + (i % 4));
                seen[i] = (nint)(y < 0 || x < 0 || y >= of.OutputHeight || x >= of.OutputWidth
                    ? work.Zeros
                    : gradient + (((((image * of.OutputHeight) + y) * of.OutputWidth) + x) * work.Outputs));
            }

            TileTransforms.OfValues(seen, work.Outputs, work.Values + ((long)tile * work.Outputs), work.ValueStride);
        }

        var sides = stackalloc nint[2];
        for (var channel = 0L; channel < of.Channels; channel += Piece)
        {
            var panel = panels + (channel / Piece * Places * work.PanelStride);
            for (var group = 0; group < count; group += RowProducts.Rows)
            {
                for (var i = 0; i < Places; i++)
                {
                    sides[0] = (nint)(work.Values + (i * work.ValueStride) + ((long)group * work.Outputs));
                    sides[1] = (nint)(panel + (i * work.PanelStride));
                    RowProducts.Sums(sides, 1, 0, work.Outputs, work.Products + (i * Room.ProductStride));
                }

                for (var tile = group; tile < Math.Min(group + RowProducts.Rows, count); tile++)
                {
                    var (image, place) = Math.DivRem(first + tile, inImage);
                    var (row, column) = Math.DivRem(place, inRow);
                    var pixel = (((image * of.Height) + (2 * row)) * of.Width) + (2 * column);
                    TileTransforms.Sums(
                        work.Products + ((tile - group) * Piece), Room.ProductStride, result + (pixel * of.Channels) + channel,
                        (2 * column) + 1 < of.Width ? of.Channels : 0, (2 * row) + 1 < of.Height ? of.Width * of.Channels : 0);
                }
            }
        }
    }

    /// <summary>What a thread works in.</summary>
    private sealed class Room : IDisposable
    {
        /// <summary>Floats from one of the 16 products of eight tiles to the next.</summary>
        public const int ProductStride = (RowProducts.Rows * Piece) + Apart;

        /// <summary>Takes memory.</summary>
        /// <param name="outputs">C'.</param>
        public Room(int outputs)
        {
            (Outputs, ValueStride, PanelStride) = (outputs, ((long)Tiles * outputs) + Apart, ((long)outputs * Piece) + Apart);
            var floats = (Places * (ValueStride + ProductStride)) + outputs;
            Values = (float*)NativeMemory.AlignedAlloc((nuint)(floats * sizeof(float)), 64);
            Products = Values + (Places * ValueStride);
            Zeros = Products + (Places * ProductStride);
            new Span<float>(Zeros, outputs).Clear();
        }

        /// <summary>C'.</summary>
        public int Outputs { get; }

        /// <summary>The factors of the gradient, [16, 32 tiles, C'].</summary>
        public float* Values { get; }

        /// <summary>Floats from one of these 16 to the next.</summary>
        public long ValueStride { get; }

        /// <summary>Floats from one of the 16 factors of weights to the next.</summary>
        public long PanelStride { get; }

        /// <summary>[16, 8 tiles, 32 channels].</summary>
        public float* Products { get; }

        /// <summary>The gradient where there is no output.</summary>
        public float* Zeros { get; }

        public void Dispose() => NativeMemory.AlignedFree(Values);
    }
}
