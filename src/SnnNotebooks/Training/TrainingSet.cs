using SnnNotebooks.Datasets.Images;
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

    private static (Tensor Inputs, Tensor Labels) Video(ClipDataset dataset, long[] rows)
    {
        using var scope = NewDisposeScope();
        var chosen = tensor(rows);
        var clips = dataset.Clips.index_select(0, chosen).transpose(1, 2).to(ScalarType.Float32) / 255f;
        return (clips.MoveToOuterDisposeScope(), dataset.Labels.index_select(0, chosen).MoveToOuterDisposeScope());
    }
}
