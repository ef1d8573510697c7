using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>
/// A hierarchy of six stages of random filters: convolution, divisive normalisation, rectification, pooling by two. Receptive fields and
/// tolerance to position double from stage to stage. With enough channels the geometry of a stage hardly depends on the seed, so that two
/// hierarchies of different seeds agree stage by stage: one can be planted in a synthetic cortex and the other found in it.
/// </summary>
public sealed class VisualHierarchy
{
    /// <summary>How many stages there are.</summary>
    public const int Stages = 6;

    private readonly int seed;
    private readonly IReadOnlyList<int> channels;

    /// <summary>Chooses the filters.</summary>
    /// <param name="seed">Which filters.</param>
    /// <param name="channels">Channels of the six stages; 16, 24, 32, 48, 64 and 64 by default.</param>
    /// <exception cref="ArgumentException">There are not six stages of at least one channel.</exception>
    public VisualHierarchy(int seed, IReadOnlyList<int>? channels = null)
    {
        this.seed = seed;
        this.channels = channels ?? [16, 24, 32, 48, 64, 64];
        if (this.channels.Count != Stages || this.channels.Any(count => count < 1))
        {
            throw new ArgumentException(
                $"The channels are {string.Join(", ", this.channels)}; expected {Stages} numbers of at least 1.", nameof(channels));
        }
    }

    /// <summary>What every stage answers to images; images do not influence each other.</summary>
    /// <param name="images">[B, 1, H, W], float32, H and W at least 64.</param>
    /// <returns>Six tensors [B, C, H / 2, W / 2], [B, C, H / 4, W / 4], ...; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The images have another shape.</exception>
    public IReadOnlyList<Tensor> Respond(Tensor images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.dim() != 4 || images.shape[1] != 1 || images.shape[2] < 1 << Stages || images.shape[3] < 1 << Stages)
        {
            throw new ArgumentException(
                $"Images of shape [{string.Join(", ", images.shape)}] cannot be shown; expected [B, 1, H, W] of at least {1 << Stages} "
                + "pixels.", nameof(images));
        }

        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var stages = new List<Tensor>(Stages);
        var values = images.to(float32);
        for (var stage = 0; stage < Stages; stage++)
        {
            var filtered = nn.functional.conv2d(values, Filters(stage, (int)values.shape[1]), padding: [1, 1]);
            var energy = filtered.square().mean([1, 2, 3], keepdim: true);
            values = nn.functional.avg_pool2d((filtered / (energy + 1e-6).sqrt()).relu(), 2);
            stages.Add(values.MoveToOuterDisposeScope());
        }

        return stages;
    }

    /// <summary>Gaussian 3 x 3 filters that ignore a constant input, each of length 1.</summary>
    private Tensor Filters(int stage, int inputs)
    {
        var draws = new SeededDraws(seed, 30 + stage);
        var weights = new float[channels[stage] * inputs * 9];
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)draws.Normal();
        }

        using var scope = NewDisposeScope();
        var filters = tensor(weights, [channels[stage], inputs, 3, 3]);
        filters = filters - filters.mean([1, 2, 3], keepdim: true);
        return (filters / filters.square().sum([1, 2, 3], keepdim: true).sqrt()).MoveToOuterDisposeScope();
    }
}
