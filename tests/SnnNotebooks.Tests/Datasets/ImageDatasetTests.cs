using SnnNotebooks.Datasets.Images;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Datasets;

public sealed class ImageDatasetTests
{
    [Fact]
    public void Without_a_seed_batches_come_in_the_order_of_the_file_and_the_last_is_smaller()
    {
        using var set = Numbered(10);

        Assert.Equal([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]], Orders(set, 4, null));
    }

    [Fact]
    public void A_seed_alone_decides_the_order()
    {
        using var set = Numbered(10);
        var first = Orders(set, 4, 7);
        using var other = Numbered(10);

        Assert.Equal(first, Orders(set, 4, 7));
        Assert.Equal(first, Orders(other, 4, 7));
        Assert.NotEqual(first, Orders(set, 4, 8));

        // results published for a seed hold only as long as its order does: it must not change with a version of .NET
        Assert.Equal([[3, 8, 7, 0], [6, 1, 4, 9], [2, 5]], first);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    [InlineData(int.MaxValue)]
    public void An_epoch_shows_every_image_once(int batchSize)
    {
        using var set = Numbered(10);

        var orders = Orders(set, batchSize, 3);

        Assert.Equal((10 + (long)batchSize - 1) / batchSize, orders.Length);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), orders.SelectMany(order => order).Order());
    }

    [Fact]
    public void Images_stay_with_their_labels()
    {
        using var set = Numbered(10);
        foreach (var (images, labels) in set.Batches(3, 5))
        {
            using (images)
            using (labels)
            {
                Assert.Equal([labels.shape[0], 1, 2, 2], images.shape);
                Assert.Equal(labels.data<long>().ToArray().SelectMany(label => Enumerable.Repeat(label / 10f, 4)),
                    images.data<float>().ToArray());
            }
        }
    }

    [Fact]
    public void An_epoch_leaves_no_tensor_but_the_batches()
    {
        using var set = Numbered(10);
        using var scope = NewDisposeScope();
        foreach (var (images, labels) in set.Batches(3, 5))
        {
            images.Dispose();
            labels.Dispose();
        }

        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void A_batch_size_below_one_is_refused_at_the_call()
    {
        using var set = Numbered(2);

        Assert.Throws<ArgumentOutOfRangeException>("batchSize", () => set.Batches(0));
    }

    [Fact]
    public void Images_and_labels_that_do_not_fit_are_refused()
    {
        using var images = zeros(2, 1, 2, 2);
        using var labels = tensor(new long[] { 0, 1 });
        using var flat = zeros(2, 4);
        using var wide = zeros(2, 1, 2, 2, ScalarType.Float64);
        using var three = tensor(new long[] { 0, 1, 0 });
        using var floats = zeros(2);
        using var negative = tensor(new long[] { 0, -1 });

        Assert.Throws<ArgumentException>("images", () => new ImageDataset(flat, labels, ["a", "b"]));
        Assert.Throws<ArgumentException>("images", () => new ImageDataset(wide, labels, ["a", "b"]));
        Assert.Throws<ArgumentException>("labels", () => new ImageDataset(images, three, ["a", "b"]));
        Assert.Throws<ArgumentException>("labels", () => new ImageDataset(images, floats, ["a", "b"]));
        Assert.Throws<ArgumentException>("labels", () => new ImageDataset(images, negative, ["a", "b"]));
        Assert.Contains("Labels run from 0 to 1; there are names for 0 to 0.",
            Assert.Throws<ArgumentException>("labels", () => new ImageDataset(images, labels, ["a"])).Message, StringComparison.Ordinal);
    }

    // image i is filled with i / 10 and has label i
    private static ImageDataset Numbered(int count)
    {
        var labels = arange(count, ScalarType.Int64);
        using var values = arange(count, ScalarType.Float32);
        using var column = values.view(count, 1, 1, 1);
        using var wide = column.expand(count, 1, 2, 2);
        return new ImageDataset(wide / 10f, labels, Enumerable.Range(0, count).Select(i => $"{i}").ToArray());
    }

    private static long[][] Orders(ImageDataset set, int batchSize, int? seed)
    {
        using var scope = NewDisposeScope();
        return [.. set.Batches(batchSize, seed).Select(batch => batch.Labels.data<long>().ToArray())];
    }
}
