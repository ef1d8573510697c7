using SnnNotebooks.Training;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Images;

/// <summary>Labelled images in memory.</summary>
public sealed class ImageDataset : IDisposable
{
    /// <summary>Takes over images and labels.</summary>
    /// <param name="images">Float32 [N, C, H, W], values in [0, 1].</param>
    /// <param name="labels">Int64 [N], each in 0 .. classes - 1.</param>
    /// <param name="classNames">A name for each class.</param>
    /// <exception cref="ArgumentException">The shapes or types are others, or a label has no name.</exception>
    public ImageDataset(Tensor images, Tensor labels, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classNames);
        if (images.dim() != 4 || images.dtype != ScalarType.Float32)
        {
            throw new ArgumentException(
                $"Images are {images.dtype} [{string.Join(", ", images.shape)}]; expected Float32 [N, C, H, W].", nameof(images));
        }

        if (labels.dim() != 1 || labels.dtype != ScalarType.Int64 || labels.shape[0] != images.shape[0])
        {
            throw new ArgumentException(
                $"Labels are {labels.dtype} [{string.Join(", ", labels.shape)}]; expected Int64 [{images.shape[0]}].", nameof(labels));
        }

        using var scope = NewDisposeScope();
        if (labels.numel() > 0 && (labels.min().item<long>() < 0 || labels.max().item<long>() >= classNames.Count))
        {
            throw new ArgumentException(
                $"Labels run from {labels.min().item<long>()} to {labels.max().item<long>()}; there are names for 0 to "
                + $"{classNames.Count - 1}.", nameof(labels));
        }

        Images = images.DetachFromDisposeScope();
        Labels = labels.DetachFromDisposeScope();
        ClassNames = classNames;
    }

    /// <summary>Float32 [N, C, H, W], values in [0, 1].</summary>
    public Tensor Images { get; }

    /// <summary>Int64 [N].</summary>
    public Tensor Labels { get; }

    /// <summary>A name for each class.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>How many images there are.</summary>
    public int Count => (int)Images.shape[0];

    /// <summary>
    /// The images in batches, the last one possibly smaller. The caller disposes each pair, or iterates inside a dispose scope.
    /// </summary>
    /// <param name="batchSize">At least 1.</param>
    /// <param name="shuffleSeed">Null for the order of the file; else an order that depends on this number alone.</param>
    /// <returns>Images [B, C, H, W] and labels [B].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    public IEnumerable<(Tensor Images, Tensor Labels)> Batches(int batchSize, int? shuffleSeed = null)
    {
        return Batches(batchSize, shuffleSeed, _ => true);
    }

    /// <summary>The same, but only those whose number is wanted.</summary>
    internal IEnumerable<(Tensor Images, Tensor Labels)> Batches(int batchSize, int? shuffleSeed, Func<int, bool> wanted)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Iterate();

        IEnumerable<(Tensor Images, Tensor Labels)> Iterate()
        {
            var order = Enumerable.Range(0, Count).Select(i => (long)i).ToArray();
            if (shuffleSeed is { } seed)
            {
                new Random(seed).Shuffle(order);
            }

            for (var start = 0; start < Count; start += batchSize)
            {
                if (wanted(start / batchSize))
                {
                    using var rows = tensor(order[start..Math.Min(start + batchSize, Count)], device: Images.device);
                    yield return (Images.index_select(0, rows), Labels.index_select(0, rows));
                }
            }
        }
    }

    /// <summary>
    /// The same images on a device, whole: for loops of one's own (a <see cref="Trainer"/> moves its batches itself). Both are to be
    /// disposed.
    /// </summary>
    /// <param name="device">The device.</param>
    /// <returns>A set there, of the same shapes.</returns>
    public ImageDataset To(Device device) => new(Images.to(device), Labels.to(device), ClassNames);

    /// <summary>The images as what a trainer learns from or is tested on; they must stay alive.</summary>
    /// <param name="dataset">The images.</param>
    public static implicit operator TrainingSet(ImageDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return dataset.ToTrainingSet();
    }

    /// <summary>The images as what a trainer learns from or is tested on; they must stay alive.</summary>
    /// <returns>Images [B, C, H, W] and labels. Those of 1 or 3 channels follow crops, RandAugment and erasing, those of 3 normalisation,
    /// too.</returns>
    public TrainingSet ToTrainingSet() => ImageTrainingSet.Of(this);

    /// <inheritdoc/>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }
}
