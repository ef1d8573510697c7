using SnnNotebooks.Training;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Video;

/// <summary>Labelled clips in memory, all of one size.</summary>
public sealed class ClipDataset : IDisposable
{
    /// <summary>Takes over clips and labels.</summary>
    /// <param name="clips">Byte [N, T, C, H, W].</param>
    /// <param name="labels">Int64 [N], each in 0 .. classes - 1.</param>
    /// <param name="classNames">A name for each class.</param>
    /// <exception cref="ArgumentException">The shapes or types are others, or a label has no name.</exception>
    public ClipDataset(Tensor clips, Tensor labels, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(clips);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classNames);
        if (clips.dim() != 5 || clips.dtype != ScalarType.Byte)
        {
            throw new ArgumentException(
                $"Clips are {clips.dtype} [{string.Join(", ", clips.shape)}]; expected Byte [N, T, C, H, W].", nameof(clips));
        }

        if (labels.dim() != 1 || labels.dtype != ScalarType.Int64 || labels.shape[0] != clips.shape[0])
        {
            throw new ArgumentException(
                $"Labels are {labels.dtype} [{string.Join(", ", labels.shape)}]; expected Int64 [{clips.shape[0]}].", nameof(labels));
        }

        using var scope = NewDisposeScope();
        if (labels.numel() > 0 && (labels.min().item<long>() < 0 || labels.max().item<long>() >= classNames.Count))
        {
            throw new ArgumentException(
                $"Labels run from {labels.min().item<long>()} to {labels.max().item<long>()}; there are names for 0 to "
                + $"{classNames.Count - 1}.", nameof(labels));
        }

        (Clips, Labels, ClassNames) = (clips.DetachFromDisposeScope(), labels.DetachFromDisposeScope(), classNames);
    }

    /// <summary>Byte [N, T, C, H, W].</summary>
    public Tensor Clips { get; }

    /// <summary>Int64 [N].</summary>
    public Tensor Labels { get; }

    /// <summary>A name for each class.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>How many clips there are.</summary>
    public int Count => (int)Clips.shape[0];

    /// <summary>
    /// The clips in batches, the last one possibly smaller. The caller disposes each pair, or iterates inside a dispose scope.
    /// </summary>
    /// <param name="batchSize">At least 1.</param>
    /// <param name="shuffleSeed">Null for the order they are in; else an order that depends on this number alone.</param>
    /// <returns>Clips, float32 [T, B, C, H, W] of [0, 1], and labels [B].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="batchSize"/> is below 1.</exception>
    public IEnumerable<(Tensor Clips, Tensor Labels)> Batches(int batchSize, int? shuffleSeed = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Iterate();

        IEnumerable<(Tensor Clips, Tensor Labels)> Iterate()
        {
            var order = Enumerable.Range(0, Count).Select(i => (long)i).ToArray();
            if (shuffleSeed is { } seed)
            {
                new Random(seed).Shuffle(order);
            }

            for (var start = 0; start < Count; start += batchSize)
            {
                using var scope = NewDisposeScope();
                var rows = tensor(order[start..Math.Min(start + batchSize, Count)]);
                var clips = Clips.index_select(0, rows).transpose(0, 1).contiguous().to(ScalarType.Float32) / 255f;
                yield return (clips.MoveToOuterDisposeScope(), Labels.index_select(0, rows).MoveToOuterDisposeScope());
            }
        }
    }

    /// <summary>The clips as what a trainer learns from or is tested on; they must stay alive.</summary>
    /// <param name="dataset">The clips.</param>
    public static implicit operator TrainingSet(ClipDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        return dataset.ToTrainingSet();
    }

    /// <summary>The clips as what a trainer learns from or is tested on; they must stay alive.</summary>
    /// <returns>Video [B, C, T, H, W], values in [0, 1], and labels. Clips of 1 or 3 channels follow crops, RandAugment, erasing and
    /// repeats, those of 3 normalisation, too.</returns>
    public TrainingSet ToTrainingSet() => ClipTrainingSet.Of(this);

    /// <inheritdoc/>
    public void Dispose()
    {
        Clips.Dispose();
        Labels.Dispose();
    }
}
