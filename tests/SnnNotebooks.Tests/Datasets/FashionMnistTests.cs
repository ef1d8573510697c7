using System.Runtime.InteropServices;
using SnnNotebooks.Datasets;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets;

public sealed class FashionMnistTests
{
    private const string Debian = "/usr/share/datasets/fashion-mnist";

    [Fact]
    public void The_slice_that_ships_loads_and_is_balanced()
    {
        using var data = new DataFolder(); // nothing is downloaded: what loads is what ships
        var (train, test) = FashionMnist.LoadMini();
        using (train)
        using (test)
        {
            foreach (var (set, perClass) in new[] { (train, 600L), (test, 100L) })
            {
                using var scope = NewDisposeScope();
                Assert.Equal(perClass * 10, set.Count);
                Assert.Equal([perClass * 10, 1, 28, 28], set.Images.shape);
                Assert.Equal(Enumerable.Repeat(perClass, 10), set.Labels.bincount(null, 10).data<long>().ToArray());
                Assert.Equal(0f, set.Images.min().item<float>());
                Assert.Equal(1f, set.Images.max().item<float>());

                // the mean of Fashion-MNIST's training pixels is 0.2860
                Assert.InRange(set.Images.mean().item<float>(), 0.28f, 0.295f);
            }
        }
    }

    [Fact]
    public void Pixels_are_the_bytes_of_the_file_over_255()
    {
        using var data = new DataFolder();
        var file = IdxArray.Parse(DatasetLocator.Read(DatasetRegistry.Get("fashion-mnist-mini"), "t10k-images-idx3-ubyte.gz"), "t10k");
        var labels = IdxArray.Parse(DatasetLocator.Read(DatasetRegistry.Get("fashion-mnist-mini"), "t10k-labels-idx1-ubyte.gz"), "t10k");
        var (train, test) = FashionMnist.LoadMini();
        using (train)
        using (test)
        {
            Assert.Equal(MemoryMarshal.ToEnumerable(file.Values).Select(value => value / 255f), test.Images.data<float>().ToArray());
            Assert.Equal(MemoryMarshal.ToEnumerable(labels.Values).Select(value => (long)value), test.Labels.data<long>().ToArray());
        }
    }

    [Fact]
    public void Loading_leaves_no_tensor_but_those_of_the_set()
    {
        using var data = new DataFolder();
        using var scope = NewDisposeScope();

        var (train, test) = FashionMnist.LoadMini();

        Assert.Equal(0, scope.DisposablesCount);
        train.Dispose();
        test.Dispose();
        Assert.True(train.Images.IsInvalid && test.Labels.IsInvalid);
    }

    [NeedsToolFact("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz", "dataset-fashion-mnist")]
    public void The_slice_can_be_built_again_from_the_full_set()
    {
        using var built = new TemporaryFolder();

        FashionMnist.BuildMini(Debian, built.Path);

        var entry = DatasetRegistry.Get("fashion-mnist-mini");
        Assert.All(entry.Files, file => VerifiedFile.Unpack(built.File(file.Name), file, "It was just built."));
        Assert.Equal(entry.Files.Count, Directory.EnumerateFileSystemEntries(built.Path).Count());
    }

    [NeedsToolFact("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz", "dataset-fashion-mnist")]
    public void The_full_set_is_found_where_Debian_puts_it()
    {
        using var data = new DataFolder();
        Assert.Equal(Debian, DatasetLocator.Find(DatasetRegistry.Get("fashion-mnist")));
        var (train, test) = FashionMnist.LoadFull();
        using (train)
        using (test)
        {
            using var scope = NewDisposeScope();
            Assert.Equal((60_000, 10_000), (train.Count, test.Count));

            // the constants that everybody normalizes Fashion-MNIST with
            Assert.Equal(0.2860, train.Images.mean().item<float>(), 4);
            Assert.Equal(0.3530, train.Images.std().item<float>(), 4);
        }
    }

    [Fact]
    public void Building_without_the_full_set_says_what_is_missing_and_writes_nothing()
    {
        using var empty = new TemporaryFolder();
        using var built = new TemporaryFolder();

        var refusal = Assert.Throws<DatasetException>(() => FashionMnist.BuildMini(empty.Path, built.Path));

        Assert.StartsWith($"{empty.File("train-images-idx3-ubyte.gz")} is missing", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("snn data get fashion-mnist", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(built.Path));
    }

    [Fact]
    public void The_slice_is_not_taken_for_the_full_set()
    {
        using var built = new TemporaryFolder();
        var slice = Path.Combine(Repository.Root, "data", "embedded", "fashion-mnist-mini");

        Assert.Contains("is truncated", Assert.Throws<DatasetException>(() => FashionMnist.BuildMini(slice, built.Path)).Message,
            StringComparison.Ordinal);
    }
}
