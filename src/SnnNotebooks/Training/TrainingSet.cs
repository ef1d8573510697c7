using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Images.Transforms;
using SnnNotebooks.Datasets.Video;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Training;

/// <summary>Labelled inputs, whatever they are: what a trainer needs of a data set.</summary>
/// <param name="Count">How many inputs there are.</param>
/// <param name="ClassNames">A name for each class.</param>
/// <param name="Batches">Inputs and labels [B] in batches of a size, in an order that depends on the seed alone (null: as they are); the caller disposes them.</param>
public sealed record TrainingSet(int Count, IReadOnlyList<string> ClassNames, Func<int, int?, IEnumerable<(Tensor Inputs, Tensor Labels)>> Batches)
{
    /// <summary>Images [B, C, H, W].</summary>
    /// <param name="dataset">The images; they must stay alive.</param>
    public static TrainingSet Of(ImageDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new(dataset.Count, dataset.ClassNames, dataset.Batches);
    }

    /// <summary>
    /// Images as a recipe augments them: RandAugment, then random erasing, drawn anew for every image and epoch, on all processors and ahead of
    /// what is asked for. Mirroring and mixing are the trainer's.
    /// </summary>
    /// <param name="dataset">Images [N, C, H, W] of [0, 1] with C of 1 or 3; they are copied, as bytes.</param>
    /// <param name="recipe">What to do; with neither the images are as they are.</param>
    /// <exception cref="ArgumentException">The images have another number of channels.</exception>
    /// <exception cref="FormatException">The recipe's RandAugment is none.</exception>
    public static TrainingSet Augmented(ImageDataset dataset, TrainingRecipe recipe)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(recipe);
        if (recipe.RandAugment.Length == 0 && recipe.Erasing is null)
        {
            return Of(dataset);
        }

        var (channels, height, width) = (dataset.Images.shape[1], (int)dataset.Images.shape[2], (int)dataset.Images.shape[3]);
        if (channels is not (1 or RgbImage.Channels))
        {
            throw new ArgumentException($"Images of {channels} channels are not augmented; expected 1 or {RgbImage.Channels}.", nameof(dataset));
        }

        using var scope = NewDisposeScope();
        var pixels = (dataset.Images.expand(-1, RgbImage.Channels, -1, -1) * 255).round().clamp(0, 255).to(ScalarType.Byte).permute(0, 2, 3, 1).contiguous().data<byte>().ToArray();
        var size = RgbImage.Channels * height * width;
        int[] labels = [.. dataset.Labels.data<long>().ToArray().Select(label => (int)label)];
        ImageTransform[] transforms = recipe.RandAugment.Length == 0 ? [] : [RandAugment.Parse(recipe.RandAugment)];
        return new(dataset.Count, dataset.ClassNames, (batchSize, seed) =>
        {
            var loader = new ImageLoader(place => new RgbImage(width, height, pixels[(place * size)..((place + 1) * size)]), labels)
            {
                BatchSize = batchSize, Transforms = transforms, Erasing = recipe.Erasing, Shuffle = seed is not null, Seed = seed ?? 0, Threads = get_num_threads(),
            };
            return channels == RgbImage.Channels ? loader.Epoch(0) : loader.Epoch(0).Select(batch => (FirstChannel(batch.Images), batch.Labels));
        });
    }

    /// <summary>Clips as video [B, C, T, H, W], values in [0, 1].</summary>
    /// <param name="dataset">The clips; they must stay alive.</param>
    public static TrainingSet Of(ClipDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return new(dataset.Count, dataset.ClassNames, Iterate);

        // no dispose scope stays open between two batches: what the caller makes meanwhile is the caller's
        IEnumerable<(Tensor Inputs, Tensor Labels)> Iterate(int size, int? seed)
        {
            var order = Enumerable.Range(0, dataset.Count).Select(i => (long)i).ToArray();
            if (seed is { } number)
            {
                new Random(number).Shuffle(order);
            }

            foreach (var rows in order.Chunk(size))
            {
                yield return Video(dataset, rows);
            }
        }
    }

    private static Tensor FirstChannel(Tensor images)
    {
        using (images)
        {
            return images.narrow(1, 0, 1).contiguous();
        }
    }

    private static (Tensor Inputs, Tensor Labels) Video(ClipDataset dataset, long[] rows)
    {
        using var scope = NewDisposeScope();
        var chosen = tensor(rows);
        var clips = dataset.Clips.index_select(0, chosen).transpose(1, 2).to(ScalarType.Float32) / 255f;
        return (clips.MoveToOuterDisposeScope(), dataset.Labels.index_select(0, chosen).MoveToOuterDisposeScope());
    }
}
