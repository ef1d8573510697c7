using SnnNotebooks.Datasets.Events;
using SnnNotebooks.Training;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>
/// Clips of event frames, or trains of spikes, that are made when asked for, on all processors and ahead: what
/// <see cref="FrameTrainingSet"/> does for frames in memory.
/// </summary>
internal static class FrameStream
{
    /// <summary>A set that follows Spikformer's augmentation and subsets of frames, one draw for a clip, anew in every epoch.</summary>
    /// <param name="frames">Makes the frames [T, C, H, W] of a place; called from several threads at once.</param>
    /// <param name="labels">The label of each place.</param>
    /// <param name="classNames">A name for each class.</param>
    /// <param name="damage">What becomes of damaged recordings.</param>
    public static TrainingSet Of(
        Func<int, Tensor> frames, IReadOnlyList<int> labels, IReadOnlyList<string> classNames, DamageLog damage)
    {
        return new(labels.Count, classNames, Batches(null))
        {
            Follows = [RecipePart.EventAugmentation, RecipePart.FrameSubset],
            Prepare = (recipe, learning) => new(labels.Count, classNames, Batches(learning ? recipe : null)),
        };

        Func<int, int?, Func<int, bool>, IEnumerable<(Tensor, Tensor)>> Batches(TrainingRecipe? recipe) => (size, seed, wanted) =>
            new BatchPipeline(size, get_num_threads()).Run(
                SampleOrder.Of(labels.Count, seed), place => damage.Read(() => Sample(place, recipe, seed ?? 0)), place => labels[place],
                wanted);

        ReadySample Sample(int place, TrainingRecipe? recipe, int seed)
        {
            using var off = no_grad();
            using var scope = NewDisposeScope();
            var random = new Random(SampleOrder.Draw(seed, place));
            var clip = frames(place);
            if (recipe is { FrameSubset: > 0 } && recipe.FrameSubset < clip.shape[0])
            {
                clip = FrameAugmentation.DeleteFrames(clip, recipe.FrameSubset, random);
            }

            clip = recipe is { EventAugmentation: true } ? FrameAugmentation.SpikingWide(clip, random) : clip;
            var values = clip.Numbers<float>();
            return new ReadySample(clip.shape, target => values.CopyTo(target));
        }
    }
}
