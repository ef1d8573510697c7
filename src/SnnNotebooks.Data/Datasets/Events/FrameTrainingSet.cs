using SnnNotebooks.Training;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Events;

/// <summary>Clips of event frames in memory as what a trainer learns from or is tested on.</summary>
public static class FrameTrainingSet
{
    /// <summary>
    /// Makes a set that follows Spikformer's augmentation and subsets of frames, one draw for a clip, anew in every epoch.
    /// </summary>
    /// <param name="frames">Event frames [N, T, C, H, W]; they must stay alive.</param>
    /// <param name="labels">Int64 [N]; they must stay alive.</param>
    /// <param name="classNames">A name for each class.</param>
    /// <returns>Batches [B, T, C, H, W] and labels.</returns>
    /// <exception cref="ArgumentException">The shapes or types are others.</exception>
    public static TrainingSet Of(Tensor frames, Tensor labels, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        ArgumentNullException.ThrowIfNull(labels);
        if (frames.dim() != 5 || labels.dim() != 1 || labels.dtype != ScalarType.Int64 || labels.shape[0] != frames.shape[0])
        {
            throw new ArgumentException(
                $"Event frames are [{string.Join(", ", frames.shape)}] and labels {labels.dtype} [{string.Join(", ", labels.shape)}]; "
                + "expected [N, T, C, H, W] and Int64 [N].", nameof(frames));
        }

        return new((int)frames.shape[0], classNames, (size, seed) => Batches(frames, labels, size, seed, (clip, _) => clip))
        {
            Follows = [RecipePart.EventAugmentation, RecipePart.FrameSubset],
            Prepare = (recipe, learning) => new((int)frames.shape[0], classNames,
                (size, seed) => Batches(frames, labels, size, seed, learning ? Change(recipe) : (clip, _) => clip)),
        };
    }

    private static Func<Tensor, Random, Tensor> Change(TrainingRecipe recipe) => (clip, draws) =>
    {
        var chosen = recipe.FrameSubset > 0 ? FrameAugmentation.DeleteFrames(clip, recipe.FrameSubset, draws) : clip;
        return recipe.EventAugmentation ? FrameAugmentation.SpikingWide(chosen, draws) : chosen;
    };

    private static IEnumerable<(Tensor Inputs, Tensor Labels)> Batches(
        Tensor frames, Tensor labels, int size, int? seed, Func<Tensor, Random, Tensor> change)
    {
        var order = Enumerable.Range(0, (int)frames.shape[0]).Select(i => (long)i).ToArray();
        if (seed is { } number)
        {
            new Random(number).Shuffle(order);
        }

        var draws = new Random(~(seed ?? 0));
        foreach (var rows in order.Chunk(size))
        {
            yield return (Clips(rows), Labels(rows));
        }

        Tensor Clips(long[] rows)
        {
            using var scope = NewDisposeScope();
            return stack([.. rows.Select(row => change(frames[row], draws))]).MoveToOuterDisposeScope();
        }

        Tensor Labels(long[] rows)
        {
            using var chosen = tensor(rows);
            return labels.index_select(0, chosen);
        }
    }
}
