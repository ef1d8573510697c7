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
        return new(dataset.Count, dataset.ClassNames, (size, seed) => dataset.Batches(size, seed).Select(batch =>
        {
            using (batch.Clips)
            {
                return (batch.Clips.permute(1, 2, 0, 3, 4), batch.Labels);
            }
        }));
    }
}
