using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using SnnNotebooks.Native;
using SnnNotebooks.Native.Vectors;
using SnnNotebooks.Neurons.Fused;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers.Spikes;

/// <summary>
/// The gradient of a convolution's input, as products of the gradient of its output with the weights of the taps that reach a pixel: eight
/// images and 32 channels at a time. All have the same pixel, so that taps beyond the edge, of maps of 2 x 2 five of nine, cost nothing.
/// Sums are float32 in an order of their own, the same for any number of threads and for either width. Needs AVX2.
/// </summary>
internal static unsafe class InputGradient
{
    private const int Images = RowProducts.Rows;
    private const int Piece = SpikeTables.Piece;

    /// <summary>Whether it can be had here.</summary>
    /// <param name="of">Sizes.</param>
    public static bool Fits(SpikeGeometry of) => Vectors256<float>.IsSupported && of.Channels % Piece == 0;

    /// <summary>The gradient of the output with its images behind its positions.</summary>
    /// <param name="of">Sizes.</param>
    /// <param name="rows">Gradient of the output, [N, H', W', C'].</param>
    /// <returns>[H' W', N, C'], of eight images at least; what is missing is zeros.</returns>
    public static Tensor Turned(SpikeGeometry of, Tensor rows)
    {
        var (images, positions, outputs) = (Math.Max(of.Count, Images), of.OutputHeight * of.OutputWidth, (int)rows.shape[^1]);
        var turned = TensorBlocks.Empty([positions, images, outputs], ScalarType.Float32);
        var (gradient, room) = (NativeAutograd.Address(rows), NativeAutograd.Address(turned));
        NeuronRanges.Run(
            images * outputs, positions, 1, (from, to) => Turn(of, (float*)gradient, outputs, images, from, to, (float*)room));
        GC.KeepAlive(rows); // the loops know addresses only
        GC.KeepAlive(turned);
        return turned;
    }

    /// <summary>Computes it.</summary>
    /// <param name="of">Sizes.</param>
    /// <param name="turned">What <see cref="Turned"/> gave.</param>
    /// <param name="weight">[C', C, height, width].</param>
    /// <returns>[N, H, W, C].</returns>
    public static Tensor Of(SpikeGeometry of, Tensor turned, Tensor weight)
    {
        var (images, outputs) = (turned.shape[1], (int)turned.shape[2]);
        var taps = (int)(of.Kernel.Height * of.Kernel.Width);
        using var ordered = weight.contiguous();
        var result = TensorBlocks.Empty([of.Count, of.Height, of.Width, of.Channels], ScalarType.Float32);
        var (gradient, weights, target) =
            (NativeAutograd.Address(turned), NativeAutograd.Address(ordered), NativeAutograd.Address(result));
        var pixels = of.Height * of.Width;
        var bands = Math.Min(get_num_threads(), pixels);
        NeuronRanges.Run(of.Count * pixels / bands * outputs, of.Channels / Piece * bands, 1, (from, to) =>
        {
            var panel = (float*)NativeMemory.AlignedAlloc((nuint)((long)taps * outputs * Piece * sizeof(float)), 64);
            for (var item = from; item < to; item++)
            {
                var (piece, band) = Math.DivRem(item, bands);
                if (item == from || band == 0)
                {
                    Pack((float*)weights + (piece * Piece * taps), of.Channels * taps, outputs, taps, panel);
                }

                for (var pixel = pixels * band / bands; pixel < pixels * (band + 1) / bands; pixel++)
                {
                    var place = (float*)target + (pixel * of.Channels) + (piece * Piece);
                    Pixel(of, (float*)gradient, images, outputs, panel, pixel, place);
                }
            }

            NativeMemory.AlignedFree(panel);
        });
        GC.KeepAlive(turned); // the loops know addresses only
        GC.KeepAlive(ordered);
        GC.KeepAlive(result);
        return result;
    }

    /// <summary>Puts the images behind positions, with images of zeros where there are fewer than eight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Turn(SpikeGeometry of, float* gradient, int outputs, long images, long from, long to, float* turned)
    {
        var positions = of.OutputHeight * of.OutputWidth;
        for (var position = from; position < to; position++)
        {
            var row = turned + (position * images * outputs);
            for (var image = 0L; image < of.Count; image++)
            {
                Unsafe.CopyBlockUnaligned(
                    row + (image * outputs), gradient + (((image * positions) + position) * outputs), (uint)(outputs * sizeof(float)));
            }

            new Span<float>(row + (of.Count * outputs), (int)((images - of.Count) * outputs)).Clear();
        }
    }

    /// <summary>The weights of 32 input channels, [taps, C', 32].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pack(float* weight, long stride, int outputs, int taps, float* panel)
    {
        for (var output = 0; output < outputs; output++)
        {
            // the weights of the output after the next, far away, are on their way meanwhile
            for (var i = 0; i < Piece * taps; i += 16)
            {
                Sse.Prefetch0(weight + ((output + 2) * stride) + i);
            }

            Transposition.Copy(weight + (output * stride), taps, Piece, taps, panel + ((long)output * Piece), (long)outputs * Piece);
        }
    }

    /// <summary>A pixel of all images.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Pixel(SpikeGeometry of, float* turned, long images, int outputs, float* panel, long pixel, float* result)
    {
        var (y, x) = Math.DivRem(pixel, of.Width);
        var taps = (int)(of.Kernel.Height * of.Kernel.Width);
        var places = stackalloc nint[2 * taps]; // of each tap that reaches the pixel: the outputs it comes from, and its weights
        var count = 0;
        for (var tap = 0; tap < taps; tap++)
        {
            var (row, column) = Math.DivRem(tap, of.Kernel.Width);
            var (outY, restY) = Math.DivRem(y + of.Padding.Height - row, of.Stride.Height);
            var (outX, restX) = Math.DivRem(x + of.Padding.Width - column, of.Stride.Width);
            if (restY == 0 && restX == 0 && outY >= 0 && outX >= 0 && outY < of.OutputHeight && outX < of.OutputWidth)
            {
                places[2 * count] = (nint)(turned + (((outY * of.OutputWidth) + outX) * images * outputs));
                places[(2 * count++) + 1] = (nint)(panel + ((long)tap * outputs * Piece));
            }
        }

        var sums = stackalloc float[Images * Piece];
        var stride = of.Height * of.Width * of.Channels;
        for (var begin = 0L; begin < of.Count; begin += Images)
        {
            var first = Math.Min(begin, images - Images);
            RowProducts.Sums(places, count, first * outputs, outputs, sums);

            for (var image = begin; image < Math.Min(begin + Images, of.Count); image++)
            {
                Unsafe.CopyBlockUnaligned(result + (image * stride), sums + ((image - first) * Piece), Piece * sizeof(float));
            }
        }
    }
}
