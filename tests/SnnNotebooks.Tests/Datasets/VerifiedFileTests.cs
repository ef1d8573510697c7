using System.IO.Compression;
using SnnNotebooks.Datasets;
using SnnNotebooks.TestSupport;

namespace SnnNotebooks.Tests.Datasets;

public sealed class VerifiedFileTests : IDisposable
{
    private static readonly byte[] Content = Packed.Content(500);
    private static readonly DatasetFile Expected = Packed.File("f.gz", Content);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_whole_file_gives_its_content() => Assert.Equal(Content, Unpack(Packed.Gzip(Content)));

    [Fact]
    public void Every_truncation_that_loses_content_is_refused()
    {
        var packed = Packed.Gzip(Content);
        var refused = 0;
        for (var length = 0; length < packed.Length; length++)
        {
            try
            {
                Assert.Equal(Content, Unpack(packed[..length]));
            }
            catch (DatasetException)
            {
                refused++;
            }
        }

        // what may be cut off is gzip's end mark, checksum and length, which our own checksum and length make needless
        Assert.InRange(refused, packed.Length - 12, packed.Length);
    }

    [Fact]
    public void A_single_damaged_byte_never_gives_other_content()
    {
        var packed = Packed.Gzip(Content);
        var refused = 0;
        for (var offset = 0; offset < packed.Length; offset++)
        {
            var damaged = packed.ToArray();
            damaged[offset] ^= 0x55;
            try
            {
                Assert.Equal(Content, Unpack(damaged));
            }
            catch (DatasetException)
            {
                refused++;
            }
        }

        Assert.True(refused >= Content.Length, $"{refused} of {packed.Length} refused");
    }

    [Fact]
    public void Less_content_than_expected_is_called_truncated() =>
        Assert.Contains("is truncated: it holds 499 of 500 bytes. Try this.", Refused(Packed.Gzip(Content[..^1])),
            StringComparison.Ordinal);

    [Fact]
    public void A_trailing_byte_of_content_is_refused() =>
        Assert.Contains("holds more than the expected 500 bytes. Try this.", Refused(Packed.Gzip([.. Content, 0])),
            StringComparison.Ordinal);

    [Fact]
    public void A_second_gzip_member_is_refused() =>
        Assert.Contains("holds more than the expected 500 bytes", Refused([.. Packed.Gzip(Content), .. Packed.Gzip([1])]),
            StringComparison.Ordinal);

    [Fact]
    public void Other_content_of_the_same_length_is_refused_by_its_checksum()
    {
        var other = Content.ToArray();
        other[123] ^= 1;

        var said = Refused(Packed.Gzip(other));

        Assert.Contains(Packed.File("f.gz", other).Sha256, said, StringComparison.Ordinal);
        Assert.Contains($"expected {Expected.Sha256}. Try this.", said, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_gzip_is_refused()
    {
        Assert.Contains("is damaged", Refused("<html>404</html>"u8.ToArray()), StringComparison.Ordinal);
        Refused(Content);
        Refused([]);
    }

    [Fact]
    public void A_gzip_bomb_is_refused_without_unpacking_it()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            var zeros = new byte[1 << 20];
            for (var i = 0; i < 64; i++)
            {
                gzip.Write(zeros);
            }
        }

        var bomb = packed.ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Contains("holds more than the expected 500 bytes", Refused(bomb), StringComparison.Ordinal);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_reported_by_path()
    {
        foreach (var path in new[] { folder.File("absent.gz"), folder.Path })
        {
            Assert.StartsWith($"{path} cannot be read: ",
                Assert.Throws<DatasetException>(() => VerifiedFile.Unpack(path, Expected, "Try this.")).Message, StringComparison.Ordinal);
        }
    }

    private byte[] Unpack(byte[] packed)
    {
        var path = folder.File("f.gz");
        File.WriteAllBytes(path, packed);
        return VerifiedFile.Unpack(path, Expected, "Try this.");
    }

    private string Refused(byte[] packed)
    {
        var said = Assert.Throws<DatasetException>(() => Unpack(packed)).Message;
        Assert.StartsWith(folder.File("f.gz"), said, StringComparison.Ordinal);
        return said;
    }
}
