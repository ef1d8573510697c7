using System.IO.Compression;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.TestSupport;
using TorchSharp;

namespace SnnNotebooks.Tests.Datasets;

public sealed class FashionMnistTests
{
    private const string Debian = "/usr/share/datasets/fashion-mnist";

    [Fact]
    public void The_slice_that_ships_is_whole_and_balanced()
    {
        var (train, test) = FashionMnist.LoadMini();
        using (train)
        using (test)
        {
            Assert.Equal([6000L, 1, 28, 28], train.Images.shape);
            Assert.Equal([1000L, 1, 28, 28], test.Images.shape);
            Assert.All(train.Labels.data<long>().ToArray().GroupBy(label => label), group => Assert.Equal(600, group.Count()));
            Assert.All(test.Labels.data<long>().ToArray().GroupBy(label => label), group => Assert.Equal(100, group.Count()));
            Assert.Equal(1f, train.Images.max().item<float>());
            Assert.Equal(0f, train.Images.min().item<float>());
        }
    }

    [NeedsToolFact(Debian + "/train-images-idx3-ubyte.gz", "dataset-fashion-mnist")]
    public void The_slice_can_be_made_again_from_the_full_set()
    {
        using var folder = new TemporaryFolder();

        FashionMnist.BuildMini(Debian, folder.Path);

        foreach (var file in DatasetRegistry.Get("fashion-mnist-mini").Files)
        {
            Assert.Equal(file.Bytes, VerifiedFile.Unpack(folder.File(file.Name), file, string.Empty).LongLength);
        }
    }

    [NeedsToolFact(Debian + "/train-images-idx3-ubyte.gz", "dataset-fashion-mnist")]
    public void The_full_set_is_found_where_Debian_puts_it()
    {
        var (train, test) = FashionMnist.LoadFull();
        using (train)
        using (test)
        {
            Assert.Equal((60_000, 10_000), (train.Count, test.Count));
        }
    }

    [Fact]
    public void An_unknown_data_set_is_refused_with_the_known_ones()
    {
        Assert.Contains("fashion-mnist-mini", Assert.Throws<DatasetException>(() => DatasetRegistry.Get("mnits")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_data_set_says_how_to_get_it()
    {
        var entry = new DatasetEntry("none", "t", "MIT", "c", [new DatasetFile("a.gz", 1, string.Empty)], [new DatasetSource(DatasetSourceKind.Url, "http://127.0.0.1:9/")]);

        Assert.Contains("snn data get none", Assert.Throws<DatasetException>(() => DatasetLocator.Read(entry, "a.gz")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_file_is_refused_whatever_is_wrong_with_it()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("content.gz");
        byte[] content = [.. Enumerable.Range(0, 1000).Select(i => (byte)i)];
        var expected = new DatasetFile("content.gz", content.Length, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)));
        var good = Gzip(content);
        File.WriteAllBytes(path, good);
        Assert.Equal(content, VerifiedFile.Unpack(path, expected, "Advice."));

        Refused("truncated", good[..(good.Length / 2)]);
        Refused("truncated", []);
        Refused("damaged", [1, 2, 3, 4, 5]);
        Refused("more than the expected 1000", Gzip([.. content, 1]));
        Refused("more than the expected 1000", Gzip([.. content, .. new byte[50_000_000]]));
        Refused("SHA-256", Gzip([9, .. content[1..]]));

        void Refused(string reason, byte[] bytes)
        {
            File.WriteAllBytes(path, bytes);
            var message = Assert.Throws<DatasetException>(() => VerifiedFile.Unpack(path, expected, "Advice.")).Message;
            Assert.Contains(path, message, StringComparison.Ordinal);
            Assert.Contains(reason, message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Batches_cover_every_image_once_in_an_order_the_seed_decides()
    {
        using var images = torch.arange(10, dtype: torch.ScalarType.Float32).reshape(10, 1, 1, 1);
        using var labels = torch.zeros(10, dtype: torch.ScalarType.Int64);
        using var dataset = new ImageDataset(images.clone(), labels.clone(), ["only"]);
        float[] Order(int? seed) => [.. dataset.Batches(4, seed).SelectMany(batch => batch.Images.reshape(-1).data<float>().ToArray())];

        Assert.Equal(Enumerable.Range(0, 10).Select(i => (float)i), Order(null));
        Assert.Equal(Order(5), Order(5));
        Assert.NotEqual(Order(5), Order(6));
        Assert.Equal(Order(null), Order(5).Order());
        Assert.Throws<ArgumentOutOfRangeException>(() => dataset.Batches(0));
    }

    private static byte[] Gzip(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }
}
