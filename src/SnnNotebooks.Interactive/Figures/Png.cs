using System.Buffers.Binary;
using System.IO.Compression;

namespace SnnNotebooks.Interactive.Figures;

/// <summary>
/// Writes 8-bit images as PNG (W3C, Portable Network Graphics, 3rd edition): RGBA, or one byte a pixel into a table of colours.
/// </summary>
internal static class Png
{
    private static readonly uint[] CrcTable = MakeCrcTable();

    /// <summary>A PNG as a data URI.</summary>
    public static string DataUri(byte[] png) => "data:image/png;base64," + Convert.ToBase64String(png);

    /// <summary>An RGBA image.</summary>
    /// <param name="rgba">Rows of width times four bytes, from the top.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    public static byte[] Encode(ReadOnlySpan<byte> rgba, int width, int height) => Encode(rgba, width, height, []);

    /// <summary>An image whose pixels are places in a table of colours: a quarter of the bytes to pack.</summary>
    /// <param name="pixels">Rows of width bytes, from the top.</param>
    /// <param name="width">Columns.</param>
    /// <param name="height">Rows.</param>
    /// <param name="colours">At most 256 colours.</param>
    public static byte[] EncodeIndexed(
        ReadOnlySpan<byte> pixels, int width, int height, ReadOnlySpan<(byte R, byte G, byte B, byte A)> colours) =>
        Encode(pixels, width, height, colours);

    private static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height, ReadOnlySpan<(byte R, byte G, byte B, byte A)> colours)
    {
        var indexed = colours.Length > 0;
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, (byte)(indexed ? 3 : 6)); // eight bits; a table of colours, or colour with alpha
        Chunk(png, "IHDR"u8, header);
        if (indexed)
        {
            var (table, alpha) = (new byte[3 * colours.Length], new byte[colours.Length]);
            for (var i = 0; i < colours.Length; i++)
            {
                (table[3 * i], table[(3 * i) + 1], table[(3 * i) + 2], alpha[i]) = colours[i];
            }

            Chunk(png, "PLTE"u8, table);
            Chunk(png, "tRNS"u8, alpha);
        }

        var rowBytes = width * (indexed ? 1 : 4);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var row = 0; row < height; row++)
            {
                zlib.WriteByte(0); // no filter
                zlib.Write(pixels.Slice(row * rowBytes, rowBytes));
            }
        }

        Chunk(png, "IDAT"u8, packed.ToArray());
        Chunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static void Chunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(data, Crc(type, uint.MaxValue)));
        png.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> data, uint crc)
    {
        foreach (var value in data)
        {
            crc = CrcTable[(crc ^ value) & 0xff] ^ (crc >> 8);
        }

        return crc;
    }

    private static uint[] MakeCrcTable()
    {
        var table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            var c = n;
            for (var bit = 0; bit < 8; bit++)
            {
                c = (c & 1) != 0 ? 0xedb88320 ^ (c >> 1) : c >> 1;
            }

            table[n] = c;
        }

        return table;
    }
}
