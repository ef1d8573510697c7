using System.Buffers.Binary;
using System.IO.Compression;

namespace SnnNotebooks.Datasets.Images;

/// <summary>
/// What a PNG file says of itself, looked at before a decoder believes it. Source: the PNG specification, sections 5 and 11.
/// </summary>
internal static class PngChunks
{
    private const int Signature = 8;
    private const int Frame = 12; // length, kind and checksum of a chunk
    private const int Depth = 24;
    private const int Colour = 25;
    private const long Harmless = 64L << 20;
    private const int DeflateRatio = 1032;

    /// <summary>Whether bytes begin like a PNG file.</summary>
    public static bool IsPng(ReadOnlySpan<byte> bytes) => bytes.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']);

    /// <summary>
    /// Whether a chunk goes on past the end of the file, or the last one is missing: the decoder makes room for as much as a chunk says.
    /// </summary>
    public static bool AreCutShort(ReadOnlySpan<byte> bytes)
    {
        for (long at = Signature; at + Frame <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[(int)at..]);
            if (bytes.Slice((int)at + 4, 4).SequenceEqual("IEND"u8))
            {
                return false;
            }

            at += Frame + length;
        }

        return true;
    }

    /// <summary>Columns and rows as the header says them, of a file that is not cut short.</summary>
    public static (int Width, int Height) Size(ReadOnlySpan<byte> bytes)
    {
        const int Columns = 16;
        const int Rows = 20;
        return bytes.Length < Depth ? (0, 0) : (At(bytes[Columns..]), At(bytes[Rows..]));

        static int At(ReadOnlySpan<byte> number) => (int)Math.Min(BinaryPrimitives.ReadUInt32BigEndian(number), int.MaxValue);
    }

    /// <summary>The bits of a pixel; 1 where the file is too short to say.</summary>
    public static int BitsPerPixel(ReadOnlySpan<byte> bytes) =>
        bytes.Length <= Colour ? 1 : Math.Max(bytes[Depth] * Channels(bytes[Colour]), 1);

    /// <summary>Whether the packed pixels unpack to more than the image has: the decoder unpacks all of them.</summary>
    /// <param name="bytes">A file that is not cut short.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static bool UnpackToMore(ReadOnlySpan<byte> bytes, int width, int height)
    {
        using var packed = new MemoryStream();
        for (var at = Signature; at + Frame <= bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (bytes.Slice(at + 4, 4).SequenceEqual("IDAT"u8))
            {
                packed.Write(bytes.Slice(at + 8, length));
            }
            else if (bytes.Slice(at + 4, 4).SequenceEqual("IEND"u8))
            {
                break;
            }

            at += Frame + length;
        }

        // a row begins with the number of its filter; an interlaced image has seven passes with rows of their own
        var most = 2 * height * (2L + (((long)width * BitsPerPixel(bytes)) + 7) / 8) + 64;
        return packed.Length * DeflateRatio > most + Harmless && Unpacked(packed, most) > most;
    }

    private static long Unpacked(MemoryStream packed, long most)
    {
        packed.Position = 0;
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        var buffer = new byte[1 << 16];
        var total = 0L;
        for (int read; total <= most && (read = zlib.Read(buffer)) > 0;)
        {
            total += read;
        }

        return total;
    }

    private static int Channels(byte colour) => colour switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
}
