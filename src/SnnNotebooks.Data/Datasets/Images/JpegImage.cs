using System.Buffers;
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

    /// <summary>Decodes a file; its size is checked before memory is taken for its pixels.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="check">Refuses absurd widths and heights.</param>
    /// <exception cref="DatasetException">It is damaged.</exception>
    /// <exception cref="InvalidOperationException">The decoder does not load on this system, which is no damage of the file.</exception>
    public static RgbImage Decode(byte[] bytes, string name, Action<int, int> check)
    {
        try
        {
            using var data = SKData.CreateCopy(bytes);
            using var codec = SKCodec.Create(data)
                ?? throw new DatasetException($"{name} is no image this kit decodes, or is damaged: its header is no JPEG's.");
            check(codec.Info.Width, codec.Info.Height);
            return Decode(codec, name);
        }
        catch (Exception missing) when (missing is DllNotFoundException or TypeInitializationException)
        {
            throw new InvalidOperationException(
                $"{name} cannot be decoded: SkiaSharp's library for JPEGs does not load. {missing.GetBaseException().Message}", missing);
        }
    }

    private static unsafe RgbImage Decode(SKCodec codec, string name)
    {
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        var rgba = ArrayPool<byte>.Shared.Rent(info.BytesSize);
        try
        {
            fixed (byte* pixels = rgba)
            {
                var result = codec.GetPixels(info, (nint)pixels);
                if (result != SKCodecResult.Success)
                {
                    throw new DatasetException(result == SKCodecResult.IncompleteInput
                        ? $"{name} is cut short: bytes that must follow are missing."
                        : $"{name} is no image this kit decodes, or is damaged: the decoder of JPEGs says {result}.");
                }
            }

            var rgb = new byte[info.Width * info.Height * RgbImage.Channels];
            for (int from = 0, to = 0; to < rgb.Length; from += RgbaChannels, to += RgbImage.Channels)
            {
                (rgb[to], rgb[to + 1], rgb[to + 2]) = (rgba[from], rgba[from + 1], rgba[from + 2]);
            }

            return new RgbImage(info.Width, info.Height, rgb);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgba);
        }
    }
}
