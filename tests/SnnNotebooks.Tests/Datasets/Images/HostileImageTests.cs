using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets.Images;

/// <summary>Images that are cut, or say what they do not hold: refused with a sentence, at once and in little memory.</summary>
public sealed class HostileImageTests
{
    private static readonly Dictionary<string, byte[]> Samples = new()
    {
        ["grey.jpg"] = Jpeg(),
        ["colour.png"] = Png(2, 2, 8, 2, [0, 1, 2, 3, 4, 5, 6, 0, 7, 8, 9, 10, 11, 12]),
        ["colour.bmp"] = [.. "BM"u8, .. Ints(0, 0, 54, 40, 2, 2, 1 | (24 << 16), 0, 0, 0, 0, 0, 0), 1, 2, 3, 4, 5, 6, 0, 0, 7, 8, 9, 10,
            11, 12, 0, 0],
        ["two.gif"] = Convert.FromHexString("474946383961010001008000000000" + "00FFFFFF2C00000000010001000002024401003B"),
        ["colour.tga"] = [0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 2, 0, 24, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    };

    public static TheoryData<string> Names => [.. Samples.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_image_cut_anywhere_is_refused_and_a_whole_one_is_read(string name)
    {
        var whole = Samples[name];
        Assert.InRange(RgbImage.Decode(whole, name).Width, 1, 8);
        for (var length = 0; length < whole.Length; length++)
        {
            if (name == "colour.bmp" && length >= whole.Length - 2)
            {
                continue; // the last row's filling is no pixel
            }

            var cut = whole[..length];
            Bounded.Run(
                () => Assert.StartsWith(name, Assert.Throws<DatasetException>(() => RgbImage.Decode(cut, name)).Message,
                    StringComparison.Ordinal), mostBytes: 1 << 20);
        }
    }

    [Theory]
    [InlineData(0xE0)]
    [InlineData(0xE1)]
    [InlineData(0xDB)]
    [InlineData(0xC4)]
    [InlineData(0xFE)]
    public void A_jpeg_whose_segment_has_no_end_is_refused(byte segment)
    {
        for (var bytes = 0; bytes < 40; bytes++)
        {
            byte[] cut = [0xFF, 0xD8, 0xFF, segment, .. Enumerable.Repeat((byte)0x19, bytes), 0xFF, 0xD9];
            Bounded.Run(() => Assert.Throws<DatasetException>(() => RgbImage.Decode(cut, "cut.jpg")), mostBytes: 1 << 20);
        }
    }

    [Fact]
    public void What_an_image_says_to_hold_is_checked_against_its_bytes()
    {
        var manyPixels = Png(1 << 14, 1 << 13, 8, 0, []);
        var longChunk = Png(11, 9, 8, 0, new byte[9 * 12]);
        BinaryPrimitives.WriteUInt32BigEndian(longChunk.AsSpan(33), 0x20000077);
        byte[] jpeg = [.. Jpeg()];
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]) + 5), 11_000);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]) + 7), 11_000);
        byte[] gif = [.. Samples["two.gif"]];
        (gif[6], gif[7], gif[8], gif[9]) = (0xFF, 0x2B, 0xFF, 0x2B);
        byte[] tga = [.. Samples["colour.tga"]];
        (tga[12], tga[13], tga[14], tga[15]) = (0xFF, 0x2B, 0xFF, 0x2B);
        foreach (var (name, bytes, said) in new[]
        {
            ("pixels.png", manyPixels, "impossible for a file of"),
            ("huge.png", Png(20_000, 20_000, 8, 2, []), "20000 x 20000 pixels; at most 134217728 are decoded"),
            ("chunk.png", longChunk, "cut short"),
            ("pixels.jpg", jpeg, "impossible for a file of"),
            ("pixels.gif", gif, "impossible for a file of"),
            ("pixels.tga", tga, "impossible for a file of"),
            ("zeros.png", Png(8, 8, 8, 0, new byte[200 << 20]), "packs more bytes than its 8 x 8 pixels take"),
        })
        {
            Bounded.Run(
                () => Assert.Contains(said, Assert.Throws<DatasetException>(() => RgbImage.Decode(bytes, name)).Message,
                    StringComparison.Ordinal), mostBytes: 8 << 20);
        }
    }

    [Fact]
    public void A_large_empty_image_is_read_since_its_bytes_can_hold_it()
    {
        var white = RgbImage.Decode(
            Png(2000, 2000, 1, 0, [.. Enumerable.Repeat<byte[]>([0, .. Enumerable.Repeat((byte)255, 250)], 2000).SelectMany(row => row)]),
            "white.png");

        Assert.Equal((2000, 2000), (white.Width, white.Height));
        Assert.DoesNotContain(white.Pixels, value => value != 255);
    }

    private static byte[] Png(int width, int height, byte depth, byte colour, byte[] rows)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (depth, colour);
        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    /// <summary>A chunk; its checksum is left at 0, which this decoder does not look at.</summary>
    private static byte[] Chunk(string kind, byte[] content)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, content.Length);
        return [.. length, .. Encoding.ASCII.GetBytes(kind), .. content, 0, 0, 0, 0];
    }

    /// <summary>Grey, 8 x 8: one block whose two codes, of one bit each, say that there is no difference and no wave.</summary>
    private static byte[] Jpeg() =>
    [
        0xFF, 0xD8,
        0xFF, 0xE1, 0, 10, .. "Exif\0\0\0\0"u8,
        0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)1, 64),
        0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0,
        0xFF, 0xC4, 0, 20, 0x00, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0xFF, 0xC4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0xFF, 0xDA, 0, 8, 1, 1, 0x00, 0, 63, 0,
        0x3F,
        0xFF, 0xD9,
    ];

    private static byte[] Ints(params int[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
}
