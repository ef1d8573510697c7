using System.Buffers.Binary;
using SnnNotebooks.Datasets.Images.Transforms;
using StbImageSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Images;

/// <summary>A colour image of bytes.</summary>
public sealed class RgbImage
{
    /// <summary>Red, green, blue.</summary>
    public const int Channels = 3;

    private const long MostPixels = 1L << 27;
    private const long SmallImage = 1L << 16;
    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase) { ".jpg", ".jpeg", ".png", ".bmp" };

    /// <summary>Makes an image of pixels, which it keeps.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="pixels">Row by row, red, green and blue of each pixel.</param>
    /// <exception cref="ArgumentException">The bytes are not three for each pixel.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.Length != (long)width * height * Channels)
        {
            throw new ArgumentException(
                $"{pixels.Length} bytes are no image of {width} x {height} pixels; expected {(long)width * height * Channels}.",
                nameof(pixels));
        }

        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Row by row, red, green and blue of each pixel.</summary>
    public byte[] Pixels { get; }

    /// <summary>Decodes a PNG, JPEG, BMP, GIF or TGA file; grey becomes colour, transparency is dropped.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The image in its own size.</returns>
    /// <exception cref="DatasetException">It is no such image, damaged, has more than 2^27 pixels, or more than its bytes can
    /// hold.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    public static RgbImage Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Decode(File.ReadAllBytes(path), path);
    }

    /// <summary>Decodes the bytes of an image file.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <returns>The image in its own size.</returns>
    /// <exception cref="DatasetException">It is no image, damaged, has more than 2^27 pixels, or more than its bytes can hold.</exception>
    /// <exception cref="InvalidOperationException">The decoder of JPEGs does not load on this system.</exception>
    public static RgbImage Decode(byte[] bytes, string name)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return DecodePart(bytes, name, ImagePart.Whole);
    }

    /// <summary>Decodes the part of a file that is chosen once its size is known: the same pixels as those of the whole.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="choose">Chooses a part that lies within the image.</param>
    /// <exception cref="DatasetException">It is no image, or damaged where it is looked at.</exception>
    internal static RgbImage DecodePart(byte[] bytes, string name, Func<int, int, ImagePart> choose)
    {
        if (IsCutShort(bytes))
        {
            throw new DatasetException($"{name} is cut short: the mark of its end is missing.");
        }

        if (JpegImage.IsJpeg(bytes))
        {
            return JpegImage.Decode(bytes, name, Check, choose);
        }

        try
        {
            if (PngChunks.IsPng(bytes))
            {
                var (width, height) = PngChunks.Size(bytes);
                Check(width, height); // the decoder takes one with too many pixels for no image
            }

            using var stream = new GuardedStream(new MemoryStream(bytes));
            var info = ImageInfo.FromStream(stream)
                ?? throw new DatasetException($"{name} is no image this kit decodes: it begins like none.");
            Check(info.Width, info.Height);
            if (PngChunks.IsPng(bytes) && PngChunks.UnpackToMore(bytes, info.Width, info.Height))
            {
                throw new DatasetException(
                    $"{name} packs more bytes than its {info.Width} x {info.Height} pixels take (damaged, or made to do harm).");
            }

            stream.Position = 0;
            var image = ImageResult.FromStream(stream, ColorComponents.RedGreenBlue);
            return stream.ReadsPastEnd == 0
                ? new RgbImage(image.Width, image.Height, image.Data).Part(choose)
                : throw new DatasetException($"{name} is cut short: bytes that must follow are missing.");
        }
        catch (Exception damage) when (damage is not (DatasetException or OutOfMemoryException))
        {
            throw new DatasetException(
                $"{name} is no image this kit decodes, or is damaged: {damage.Message}", damage); // the decoder has no exception of its own
        }

        void Check(int width, int height) => CheckSize((long)width * height, bytes, $"{name} says to have {width} x {height} pixels");
    }

    /// <summary>The part of this image that is chosen.</summary>
    internal RgbImage Part(Func<int, int, ImagePart> choose)
    {
        var part = choose(Width, Height);
        return part == ImagePart.Whole(Width, Height) ? this : RandomCrop.Cut(this, part.Left, part.Top, part.Width, part.Height);
    }

    /// <summary>Whether a file in a folder of images is taken for one, by its name.</summary>
    internal static bool IsNamedImage(string path) => Extensions.Contains(Path.GetExtension(path));

    /// <summary>The image as a tensor [3, H, W], float32, 0 to 1; the caller disposes it.</summary>
    internal Tensor ToTensor()
    {
        const float Brightest = 255;
        using var bytes = tensor(Pixels, [Height, Width, Channels]);
        using var planes = bytes.permute(2, 0, 1);
        return planes.to(float32).div_(Brightest);
    }

    private static void CheckSize(long pixels, ReadOnlySpan<byte> bytes, string claim)
    {
        if (pixels > MostPixels)
        {
            throw new DatasetException($"{claim}; at most {MostPixels} are decoded.");
        }

        if (pixels > SmallImage && pixels > bytes.Length * MostPixelsPerByte(bytes))
        {
            throw new DatasetException($"{claim}, impossible for a file of {bytes.Length} bytes (damaged, or made to do harm).");
        }
    }

    /// <summary>How many pixels a byte of a file can stand for at most.</summary>
    private static long MostPixelsPerByte(ReadOnlySpan<byte> bytes)
    {
        const int Deflate = 1032; // bytes that a byte of deflate unpacks to at most
        const int Lzw = 2731;     // GIF: 4096 pixels in a code of 12 bits
        const int Blocks = 8;     // JPEG: a block of 64 pixels needs a bit
        if (JpegImage.IsJpeg(bytes))
        {
            return 64 * Blocks;
        }

        return PngChunks.IsPng(bytes) ? 8L * Deflate / PngChunks.BitsPerPixel(bytes) : Lzw;
    }

    /// <summary>The decoder takes missing bytes for zeros; formats with a mark at their end tell.</summary>
    private static bool IsCutShort(ReadOnlySpan<byte> bytes)
    {
        if (JpegImage.IsJpeg(bytes))
        {
            return bytes.LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) < 0;
        }

        if (PngChunks.IsPng(bytes))
        {
            return PngChunks.AreCutShort(bytes);
        }

        if (bytes.StartsWith("GIF8"u8))
        {
            return bytes.TrimEnd((byte)0) is not [.., (byte)';'];
        }

        // a BMP gives its own length, but not every writer does
        return bytes.StartsWith("BM"u8) && bytes.Length >= 6 && BinaryPrimitives.ReadUInt32LittleEndian(bytes[2..]) > bytes.Length;
    }
}
