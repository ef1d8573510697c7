using SnnNotebooks.Datasets.Images.Transforms;
using SnnNotebooks.Datasets.Sources;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Images;

/// <summary>
/// Gives batches of transformed images while threads prepare the next ones, so that training does not wait for them. What a batch holds
/// depends on seed and epoch alone, not on the number of threads.
/// </summary>
/// <param name="read">Gives the image of a place; called from several threads at once.</param>
/// <param name="labels">The label of each place.</param>
public sealed class ImageLoader(Func<int, RgbImage> read, IReadOnlyList<int> labels)
{
    /// <summary>Images of a batch, 1 or more; the last batch may be smaller.</summary>
    public int BatchSize { get; init; } = 64;

    /// <summary>What is done to each image, in this order; all images must come out in one size.</summary>
    public IReadOnlyList<ImageTransform> Transforms { get; init; } = [];

    /// <summary>Is taken from each channel, in [0, 1]. One value for each channel.</summary>
    public IReadOnlyList<float> Mean { get; init; } = [0, 0, 0];

    /// <summary>Each channel is then divided by this.</summary>
    public IReadOnlyList<float> Deviation { get; init; } = [1, 1, 1];

    /// <summary>Erases a box after all else; null for none.</summary>
    public RandomErasing? Erasing { get; init; }

    /// <summary>Whether images come in an order that is drawn anew each epoch.</summary>
    public bool Shuffle { get; init; }

    /// <summary>Order and transforms depend on this and the epoch alone.</summary>
    public int Seed { get; init; }

    /// <summary>Threads that prepare images, 1 or more.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Batches that are prepared ahead, 1 or more.</summary>
    public int Ahead { get; init; } = 2;

    /// <summary>What becomes of damaged images; null where one ends the epoch.</summary>
    public DamageLog? Damage { get; init; }

    /// <summary>Whether the batch of a number, from 0, is prepared and given; by default every one. Asked from another thread.</summary>
    public Func<int, bool> Wanted { get; init; } = _ => true;

    /// <summary>Reads parts of images: all that is looked at where they are cropped first. Null where whole images are at hand.</summary>
    internal PartReader? ReadPart { get; init; }

    /// <summary>The batches of an epoch.</summary>
    /// <param name="epoch">Its number.</param>
    /// <param name="cancellation">Stops.</param>
    /// <returns>Images, float32 [B, 3, H, W], and labels, int64 [B]; the caller disposes each pair.</returns>
    /// <exception cref="DatasetException">An image is damaged.</exception>
    /// <exception cref="ArgumentException">The images come out in different sizes, or a property is outside its range.</exception>
    public IEnumerable<(Tensor Images, Tensor Labels)> Epoch(int epoch, CancellationToken cancellation = default)
    {
        if (BatchSize < 1 || Threads < 1 || Ahead < 1 || Mean.Count != RgbImage.Channels || Deviation.Count != RgbImage.Channels)
        {
            throw new ArgumentException(
                $"A loader needs a batch size, threads and batches ahead of at least 1 and a mean and deviation for each of "
                + $"{RgbImage.Channels} channels; they are {BatchSize}, {Threads}, {Ahead}, {Mean.Count} and {Deviation.Count}.");
        }

        return Batches(epoch, cancellation);
    }

    private IEnumerable<(Tensor Images, Tensor Labels)> Batches(int epoch, CancellationToken cancellation)
    {
        var order = Enumerable.Range(0, labels.Count).ToArray();
        if (Shuffle)
        {
            new Random(Mix(epoch, -1)).Shuffle(order);
        }

        float[][] tables = [.. Mean.Zip(Deviation, PixelValues.Table)];
        return new BatchPipeline(BatchSize, Threads, Ahead).Run(
            order,
            place => Damage is null ? Prepared(place, epoch, tables) : Damage.Read(() => Prepared(place, epoch, tables)),
            place => labels[place], Wanted, cancellation);
    }

    private ReadySample Prepared(int place, int epoch, float[][] tables)
    {
        var random = new Random(Mix(epoch, place));
        var image = Transformed(place, random);
        return new ReadySample([RgbImage.Channels, image.Height, image.Width], values => Finish(image, random, tables, values));
    }

    private RgbImage Transformed(int place, Random random)
    {
        if (Transforms is not [RandomResizedCrop crop, ..])
        {
            return Transforms.Aggregate(Part(place, ImagePart.Whole), (image, transform) => transform.Apply(image, random));
        }

        var square = crop.Resized(Part(place, (width, height) => crop.Draw(width, height, random)));
        return Transforms.Skip(1).Aggregate(square, (image, transform) => transform.Apply(image, random));
    }

    private RgbImage Part(int place, Func<int, int, ImagePart> choose) => ReadPart?.Invoke(place, choose) ?? read(place).Part(choose);

    private void Finish(RgbImage image, Random random, float[][] tables, Span<float> target)
    {
        var plane = image.Width * image.Height;
        for (var channel = 0; channel < RgbImage.Channels; channel++)
        {
            PixelValues.Fill(target.Slice(channel * plane, plane), image, channel, tables[channel]);
        }

        Erasing?.Apply(target, RgbImage.Channels, image.Height, image.Width, random);
    }

    /// <summary>A seed for one place of one epoch (the mixer of SplitMix64).</summary>
    private int Mix(int epoch, int place)
    {
        var z = ((ulong)(uint)Seed << 32) ^ ((ulong)(uint)epoch * 0x9E3779B97F4A7C15) ^ ((ulong)(uint)place * 0xD1B54A32D192ED03);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)(z ^ (z >> 31));
    }
}
