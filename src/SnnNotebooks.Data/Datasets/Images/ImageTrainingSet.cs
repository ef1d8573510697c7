using SnnNotebooks.Datasets.Images.Transforms;
using SnnNotebooks.Datasets.Sources;
using SnnNotebooks.Training;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Images;

/// <summary>
/// Images, in memory or decoded when asked for, as a recipe wants them: crop, RandAugment and random erasing drawn anew for every image and
/// epoch, on all processors
/// and ahead of what is asked for; then normalised. Mirroring and mixing are the trainer's.
/// </summary>
internal static class ImageTrainingSet
{
    private static readonly RecipePart[] OfAnyImage = [RecipePart.Crop, RecipePart.RandAugment, RecipePart.Erasing, RecipePart.TestCrop];

    public static TrainingSet Of(ImageDataset dataset) =>
        new(dataset.Count, dataset.ClassNames, (size, seed, wanted) => dataset.Batches(size, seed, wanted))
    {
        Follows = dataset.Images.shape[1] switch
        {
            RgbImage.Channels => [.. OfAnyImage, RecipePart.Normalisation],
            1 => OfAnyImage,
            _ => [],
        },
        Prepare = (recipe, learning) => Prepared(dataset, recipe, learning),
    };

    /// <summary>Images that are read when asked for, brought to one size where no recipe crops them.</summary>
    /// <param name="read">Reads parts of images; called from several threads at once.</param>
    /// <param name="labels">The label of each place.</param>
    /// <param name="classNames">A name for each class.</param>
    /// <param name="shape">What batches hold: 1 channel (the first) or 3.</param>
    /// <param name="damage">What becomes of damaged images.</param>
    public static TrainingSet Streamed(
        PartReader read, IReadOnlyList<int> labels, IReadOnlyList<string> classNames, InputShape shape, DamageLog damage)
    {
        return new(labels.Count, classNames, Batches([new Resize(shape.Height), new CenterCrop(shape.Height)], null, null))
        {
            Follows = shape.Channels == 1 ? OfAnyImage : [.. OfAnyImage, RecipePart.Normalisation],
            Prepare = (recipe, learning) => new(labels.Count, classNames,
                Batches([.. Transforms(recipe, learning)], learning ? recipe.Erasing : null, recipe.Normalisation)),
        };

        IEnumerable<ImageTransform> Transforms(TrainingRecipe recipe, bool learning)
        {
            ImageTransform[] asked = learning ? [.. Learned(recipe)] : [.. Tested(recipe)];
            var crops = asked.Any(transform => transform is RandomResizedCrop or CenterCrop);
            return crops ? asked : [new Resize(shape.Height), new CenterCrop(shape.Height), .. asked];
        }

        Func<int, int?, Func<int, bool>, IEnumerable<(Tensor, Tensor)>> Batches(
            ImageTransform[] transforms, RandomErasing? erasing, ChannelScale? scale) => (size, seed, wanted) =>
        {
            var loader = new ImageLoader(place => read(place, ImagePart.Whole), labels)
            {
                ReadPart = read, BatchSize = size, Transforms = transforms, Erasing = erasing, Shuffle = seed is not null, Seed = seed ?? 0,
                Threads = get_num_threads(), Damage = damage, Wanted = wanted,
                Mean = scale?.Mean ?? [0, 0, 0], Deviation = scale?.Deviation ?? [1, 1, 1],
            };
            return shape.Channels == 1 ? loader.Epoch(0).Select(batch => (FirstChannel(batch.Images), batch.Labels)) : loader.Epoch(0);
        };
    }

    /// <summary>Images in memory at another size or number of channels than they have.</summary>
    public static TrainingSet At(ImageDataset dataset, InputShape shape)
    {
        var read = Reader(dataset);
        return Streamed(
            (place, choose) => read(place).Part(choose), [.. dataset.Labels.Numbers<long>().Select(label => (int)label)],
            dataset.ClassNames, shape, new DamageLog(skips: false));
    }

    private static TrainingSet Prepared(ImageDataset dataset, TrainingRecipe recipe, bool learning)
    {
        ImageTransform[] transforms = learning ? [.. Learned(recipe)] : [.. Tested(recipe)];
        var erasing = learning ? recipe.Erasing : null;
        if (transforms.Length == 0 && erasing is null)
        {
            return new(dataset.Count, dataset.ClassNames, (size, seed, wanted) =>
                dataset.Batches(size, seed, wanted).Select(batch => (Scaled(batch.Images, recipe.Normalisation), batch.Labels)));
        }

        var read = Reader(dataset);
        int[] labels = [.. dataset.Labels.Numbers<long>().Select(label => (int)label)];
        var grey = dataset.Images.shape[1] == 1;
        return new(dataset.Count, dataset.ClassNames, (size, seed, wanted) =>
        {
            var loader = new ImageLoader(read, labels)
            {
                BatchSize = size, Wanted = wanted, Transforms = transforms, Erasing = erasing, Shuffle = seed is not null, Seed = seed
                    ?? 0, Threads = get_num_threads(),
                Mean = recipe.Normalisation?.Mean ?? [0, 0, 0], Deviation = recipe.Normalisation?.Deviation ?? [1, 1, 1],
            };
            return grey ? loader.Epoch(0).Select(batch => (FirstChannel(batch.Images), batch.Labels)) : loader.Epoch(0);
        });
    }

    private static IEnumerable<ImageTransform> Learned(TrainingRecipe recipe)
    {
        if (recipe.Crop is { } crop)
        {
            yield return RandomResizedCrop.Of(crop);
        }

        if (recipe.RandAugment.Length > 0)
        {
            yield return RandAugment.Parse(recipe.RandAugment);
        }
    }

    private static IEnumerable<ImageTransform> Tested(TrainingRecipe recipe)
    {
        if (recipe.TestCrop is { } middle)
        {
            yield return new Resize(middle.Resize, recipe.Crop is { Bicubic: true } ? Interpolation.Bicubic : Interpolation.Bilinear);
            yield return new CenterCrop(middle.Size);
        }
    }

    /// <summary>Images by their place, from bytes: those of one channel with three alike.</summary>
    private static Func<int, RgbImage> Reader(ImageDataset dataset)
    {
        using var scope = NewDisposeScope();
        var (height, width) = ((int)dataset.Images.shape[2], (int)dataset.Images.shape[3]);
        var pixels = (dataset.Images.expand(-1, RgbImage.Channels, -1, -1) * 255).round().clamp(0, 255).to(ScalarType.Byte)
            .permute(0, 2, 3, 1).Numbers<byte>();
        var size = RgbImage.Channels * height * width;
        return place => new RgbImage(width, height, pixels[(place * size)..((place + 1) * size)]);
    }

    private static Tensor Scaled(Tensor images, ChannelScale? scale)
    {
        if (scale is null)
        {
            return images;
        }

        using (images)
        using (NewDisposeScope())
        {
            return ((images - Channels(scale.Mean)) / Channels(scale.Deviation)).MoveToOuterDisposeScope();
        }

        static Tensor Channels(IReadOnlyList<float> values) => tensor(values.ToArray()).view(1, -1, 1, 1);
    }

    private static Tensor FirstChannel(Tensor images)
    {
        using (images)
        {
            return images.narrow(1, 0, 1).contiguous();
        }
    }
}
