using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Sources;

/// <summary>A clip of a video.</summary>
/// <param name="Path">The video.</param>
/// <param name="Label">Its class.</param>
/// <param name="First">The first of its consecutive frames; null where a rule chooses them once it is decoded.</param>
internal sealed record VideoClip(string Path, int Label, int? First);

/// <summary>Batches of clips that are decoded when asked for, on all processors and ahead.</summary>
/// <param name="clips">The clips.</param>
/// <param name="sampler">Makes the input of a clip.</param>
/// <param name="damage">What becomes of damaged videos.</param>
internal sealed class ClipStream(IReadOnlyList<VideoClip> clips, ClipSampler sampler, DamageLog damage)
{
    /// <summary>The batches of an epoch; every clip as often in it as the recipe repeats it, one after another.</summary>
    /// <param name="size">Inputs of a batch.</param>
    /// <param name="seed">Decides order and draws; null for the order of the list.</param>
    /// <param name="wanted">Whether the batch of a number is made at all.</param>
    /// <exception cref="ArgumentException">A batch does not hold whole repeats.</exception>
    public IEnumerable<(Tensor Inputs, Tensor Labels)> Batches(int size, int? seed, Func<int, bool> wanted)
    {
        var repeats = sampler.Repeats;
        if (size % repeats != 0)
        {
            throw new ArgumentException(
                $"A batch of {size} does not hold each clip {repeats} times; expected a multiple of {repeats}.", nameof(size));
        }

        int[] order = [.. SampleOrder.Of(clips.Count, seed).SelectMany(
            place => Enumerable.Range(0, repeats).Select(repeat => (place * repeats) + repeat))];
        var batches = new BatchPipeline(size, get_num_threads()).Run(
            order,
            item => damage.Read(() => sampler.Sample(clips[item / repeats], SampleOrder.Draw(seed ?? 0, item))),
            item => clips[item / repeats].Label, wanted);
        return sampler.HasViews ? batches.Select(batch => (Joined(batch.Values), batch.Labels)) : batches;
    }

    /// <summary>[B, views, ...] as [B views, ...].</summary>
    private static Tensor Joined(Tensor values)
    {
        using (values)
        {
            return values.flatten(0, 1);
        }
    }
}
