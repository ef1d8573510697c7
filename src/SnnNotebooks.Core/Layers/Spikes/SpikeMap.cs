using SnnNotebooks.Native;
using SnnNotebooks.Neurons.Fused;
using static TorchSharp.torch;

namespace SnnNotebooks.Layers.Spikes;

/// <summary>
/// Maps of whole numbers from 0 to 3 as bits, one plane for the ones and one for the twos, pixel by pixel with the channels innermost and
/// the zeros of the padding around; what a convolution sees at an output position are <see cref="Runs"/> of contiguous bits.
/// </summary>
/// <param name="of">Sizes.</param>
/// <param name="planes">Bytes: the plane of ones, and that of twos where there is one.</param>
internal sealed unsafe class SpikeMap(SpikeGeometry of, Tensor[] planes)
{
    /// <summary>Bytes: the plane of ones, and that of twos where there is one.</summary>
    public Tensor[] Planes => planes;

    /// <summary>Output positions of all maps.</summary>
    public long Rows => of.Rows;

    /// <summary>Bits that an output position sees: taps times channels.</summary>
    public int Depth => Runs * RunBits;

    /// <summary>Places of the kernel.</summary>
    public int Taps => (int)(of.Kernel.Height * of.Kernel.Width);

    /// <summary>Rows of the kernel.</summary>
    public int Runs => (int)of.Kernel.Height;

    /// <summary>Bits of a row of the kernel.</summary>
    public int RunBits => (int)(of.Kernel.Width * of.Channels);

    /// <summary>Bytes from a run to the next one of the same position.</summary>
    public int RunStride => (int)of.RowBytes;

    /// <summary>Packs maps.</summary>
    /// <param name="maps">[N, C, H, W], float32 on the CPU, contiguous in this order or as [N, H, W, C].</param>
    /// <param name="of">Their sizes, and the convolution.</param>
    /// <returns>Null where a value is something else than 0, 1, 2 or 3; its planes belong to the dispose scope.</returns>
    public static SpikeMap? TryPack(Tensor maps, SpikeGeometry of)
    {
        var bytes = of.Count * of.ImageBytes;
        if (bytes > int.MaxValue - SpikeTables.Piece)
        {
            return null;
        }

        // a piece of 32 bits may begin in the last byte
        var (ones, twos) = (Zeros(), Zeros());
        var (bad, any) = (0, 0);
        var (from, low, high) = (NativeAutograd.Address(maps), NativeAutograd.Address(ones), NativeAutograd.Address(twos));
        var innermost = of.Width * of.Height == 1 || maps.stride(1) == 1;
        NeuronRanges.Run(of.Channels * of.Height * of.Width, of.Count, 1, (first, end) =>
        {
            for (var image = first; image < end && Volatile.Read(ref bad) == 0; image++)
            {
                var packing = new SpikePacking(
                    (float*)from + (image * of.Channels * of.Height * of.Width), (byte*)low + (image * of.ImageBytes),
                    (byte*)high + (image * of.ImageBytes), of);
                if (!(innermost ? packing.ChannelsLast() : packing.ChannelsFirst()))
                {
                    Volatile.Write(ref bad, 1);
                }

                if (packing.AnyTwos)
                {
                    Volatile.Write(ref any, 1);
                }
            }
        });
        GC.KeepAlive(maps); // the loops know addresses only
        GC.KeepAlive(ones);
        GC.KeepAlive(twos);
        return bad != 0 ? null : new SpikeMap(of, any != 0 ? [ones, twos] : [ones]);

        Tensor Zeros() => zeros([bytes + sizeof(uint)], dtype: ScalarType.Byte, device: CPU);
    }

    /// <summary>Where the bits of output positions begin, in the order of the output.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="offsets">Takes the bytes to each.</param>
    public void Offsets(long first, int count, int* offsets)
    {
        var (image, place) = Math.DivRem(first, of.OutputHeight * of.OutputWidth);
        var (y, x) = Math.DivRem(place, of.OutputWidth);
        for (var i = 0; i < count; i++)
        {
            offsets[i] = (int)Offset(image, y, x);
            if (++x == of.OutputWidth)
            {
                x = 0;
                if (++y == of.OutputHeight)
                {
                    (y, image) = (0, image + 1);
                }
            }
        }
    }

    /// <summary>
    /// The same in another order: pixel by pixel, all images of each, so that neighbours see the same of the padding.
    /// </summary>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <param name="offsets">Takes the bytes to each.</param>
    /// <param name="rows">Takes its row of the output.</param>
    public void OffsetsByPixel(long first, int count, int* offsets, int* rows)
    {
        var (pixel, image) = Math.DivRem(first, of.Count);
        var (y, x) = Math.DivRem(pixel, of.OutputWidth);
        for (var i = 0; i < count; i++)
        {
            offsets[i] = (int)Offset(image, y, x);
            rows[i] = (int)((image * of.OutputHeight * of.OutputWidth) + pixel);
            if (++image == of.Count)
            {
                (image, pixel) = (0, pixel + 1);
                (y, x) = Math.DivRem(pixel, of.OutputWidth);
            }
        }
    }

    private long Offset(long image, long y, long x) =>
        (image * of.ImageBytes) + (y * of.Stride.Height * of.RowBytes) + (x * of.Stride.Width * of.PixelBytes);
}
