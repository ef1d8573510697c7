using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Images.Transforms;
using SnnNotebooks.Training;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Video;

/// <summary>
/// Clips in memory as a recipe wants them: crop, RandAugment and erasing with one draw for all frames of a clip, anew for every clip and
/// epoch; then normalised. Mirroring and mixing are the trainer's.
/// </summary>
internal static class ClipTrainingSet
{
    private static readonly RecipePart[] OfAnyClip = [RecipePart.Crop, RecipePart.RandAugment, RecipePart.Erasing, RecipePart.Repeats];

    public static TrainingSet Of(ClipDataset dataset) =>
        new(dataset.Count, dataset.ClassNames, (size, seed) => Batches(dataset, size, seed, 1, Video(dataset)))
    {
        Follows = dataset.Clips.shape[2] switch
        {
            RgbImage.Channels => [.. OfAnyClip, RecipePart.Normalisation],
            1 => OfAnyClip,
            _ => [],
        },
        Prepare = (recipe, learning) => Prepared(dataset, recipe, learning),
    };

    private static TrainingSet Prepared(ClipDataset dataset, TrainingRecipe recipe, bool learning)
    {
        var repeats = learning ? recipe.Repeats : 1;
        var plain = Video(dataset);
        var augments = learning && (recipe.Crop is not null || recipe.RandAugment.Length > 0);
        return new(dataset.Count * repeats, dataset.ClassNames, (size, seed) => Batches(dataset, size, seed, repeats, (rows, draws) =>
        {
            using var scope = NewDisposeScope();
            var video = augments ? Augmented(dataset, recipe, rows, draws) : plain(rows, draws);
            if (recipe.Normalisation is { } scale)
            {
                video = (video - Channels(scale.Mean)) / Channels(scale.Deviation);
            }

            return (learning && recipe.Erasing is { } erasing ? Erased(video, erasing, draws) : video).MoveToOuterDisposeScope();
        }));

        static Tensor Channels(IReadOnlyList<float> values) => tensor(values.ToArray()).view(1, -1, 1, 1, 1);
    }

    // no dispose scope stays open between two batches: what the caller makes meanwhile is the caller's
    private static IEnumerable<(Tensor Inputs, Tensor Labels)> Batches(
        ClipDataset dataset, int size, int? seed, int repeats, Func<long[], Random, Tensor> make)
    {
        if (size % repeats != 0)
        {
            throw new ArgumentException(
                $"A batch of {size} does not hold each clip {repeats} times; expected a multiple of {repeats}.", nameof(size));
        }

        var order = Enumerable.Range(0, dataset.Count).Select(i => (long)i).ToArray();
        if (seed is { } number)
        {
            new Random(number).Shuffle(order);
        }

        var draws = new Random(~(seed ?? 0));
        foreach (var rows in order.Chunk(size / repeats))
        {
            var all = rows.SelectMany(row => Enumerable.Repeat(row, repeats)).ToArray();
            using var chosen = tensor(all);
            yield return (make(all, draws), dataset.Labels.index_select(0, chosen));
        }
    }

    private static Func<long[], Random, Tensor> Video(ClipDataset dataset) => (rows, _) =>
    {
        using var scope = NewDisposeScope();
        return (dataset.Clips.index_select(0, tensor(rows)).transpose(1, 2).to(ScalarType.Float32) / 255f).MoveToOuterDisposeScope();
    };

    private static Tensor Augmented(ClipDataset dataset, TrainingRecipe recipe, long[] rows, Random draws)
    {
        ImageTransform[] transforms =
        [
            .. recipe.Crop is { } crop ? new ImageTransform[] { RandomResizedCrop.Of(crop) } : [],
            .. recipe.RandAugment.Length > 0 ? new ImageTransform[] { RandAugment.Parse(recipe.RandAugment) } : [],
        ];
        var transform = new ClipTransform(transforms) { Mean = 0, Deviation = 1 };
        var clips = rows.Select(row => transform.Apply(Frames(dataset, row), draws.Next())).ToArray();
        return stack(clips).narrow(2, 0, dataset.Clips.shape[2]).transpose(1, 2);
    }

    /// <summary>The frames of a clip; those of one channel with three alike.</summary>
    private static List<RgbImage> Frames(ClipDataset dataset, long row)
    {
        var (height, width) = ((int)dataset.Clips.shape[3], (int)dataset.Clips.shape[4]);
        return [.. dataset.Clips[row].unbind(0)
            .Select(frame => new RgbImage(width, height, frame.expand(RgbImage.Channels, -1, -1).permute(1, 2, 0).Numbers<byte>()))];
    }

    private static Tensor Erased(Tensor video, RandomErasing erasing, Random draws)
    {
        var (height, width) = ((int)video.shape[3], (int)video.shape[4]);
        var values = video.Numbers<float>();
        var clip = values.Length / (int)video.shape[0];
        for (var at = 0; at < values.Length; at += clip)
        {
            erasing.Apply(values.AsSpan(at, clip), clip / (height * width), height, width, draws);
        }

        return tensor(values, video.shape);
    }
}
