using System.Buffers;
using System.Runtime.Intrinsics;
using SkiaSharp;

namespace SnnNotebooks.Datasets.Images;

/// <summary>
/// Decodes JPEGs through SkiaSharp's libjpeg-turbo. Its pixels are those of Pillow, which the published code reads images with, bit for
/// bit; decoding at a reduced scale would be faster and is not done, because its pixels are others.
/// </summary>
internal static class JpegImage
{
    private const int RgbaChannels = 4;

    public static bool IsJpeg(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]);

    /// <summary>
    /// Decodes a part of a file; its size is checked before memory is taken for its pixels. Rows above the part are skipped, those below
    /// it are not looked at.
    /// </summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="check">Refuses absurd widths and heights.</param>
    /// <param name="choose">Chooses the part.</param>
    /// <exception cref="DatasetException">It is damaged.</exception>
    /// <exception cref="InvalidOperationException">The decoder does not load on this system, which is no damage of the file.</exception>
    public static RgbImage Decode(byte[] bytes, string name, Action<int, int> check, Func<int, int, ImagePart> choose)
    {
        try
        {
            using var data = SKData.CreateCopy(bytes);
            using var codec = SKCodec.Create(data)
                ?? throw new DatasetException($"{name} is no image this kit decodes, or is damaged: its header is no JPEG's.");
            check(codec.Info.Width, codec.Info.Height);
            return Decode(codec, choose(codec.Info.Width, codec.Info.Height), name);
        }
        catch (Exception missing) when (missing is DllNotFoundException or TypeInitializationException)
        {
            throw new InvalidOperationException(
                $"{name} cannot be decoded: SkiaSharp's library for JPEGs does not load. {missing.GetBaseException().Message}", missing);
        }
    }

    private static unsafe RgbImage Decode(SKCodec codec, ImagePart part, string name)
    {
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var begun = codec.StartScanlineDecode(info);
        if (begun != SKCodecResult.Success)
        {
            throw new DatasetException($"{name} is no image this kit decodes, or is damaged: the decoder of JPEGs says {begun}.");
        }

        var rgba = ArrayPool<byte>.Shared.Rent(info.RowBytes * part.Height);
        try
        {
            fixed (byte* rows = rgba)
            {
                if (!codec.SkipScanlines(part.Top) || codec.GetScanlines((nint)rows, part.Height, info.RowBytes) < part.Height)
                {
                    throw new DatasetException($"{name} is cut short: bytes that must follow are missing.");
                }
            }

            var stride = part.Width * RgbImage.Channels;
            var rgb = GC.AllocateUninitializedArray<byte>(stride * part.Height);
            for (var row = 0; row < part.Height; row++)
            {
                var from = (row * info.RowBytes) + (part.Left * RgbaChannels);
                Pack(rgba.AsSpan(from, part.Width * RgbaChannels), rgb.AsSpan(row * stride, stride));
            }

            return new RgbImage(part.Width, part.Height, rgb);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgba);
        }
    }

    /// <summary>Leaves every fourth byte out.</summary>
    private static void Pack(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        var colours = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);
        var (from, to) = (0, 0);
        for (; to <= rgb.Length - Vector128<byte>.Count; from += 16, to += 12) // the next four pixels write over the last four bytes
        {
            Vector128.Shuffle(Vector128.Create(rgba[from..]), colours).CopyTo(rgb[to..]);
        }

        for (; to < rgb.Length; from += RgbaChannels, to += RgbImage.Channels)
        {
            rgba.Slice(from, RgbImage.Channels).CopyTo(rgb[to..]);
        }
    }
}
