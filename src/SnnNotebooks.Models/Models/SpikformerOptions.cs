using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Training;

namespace SnnNotebooks.Models;

/// <summary>The published code of the Spikformer family is written anew for each kind of data; these are the three versions.</summary>
public enum SpikformerVariant
{
    /// <summary>Images [B, 3, H, W], tokens of 4 x 4 pixels.</summary>
    Cifar,

    /// <summary>Images [B, 3, H, W], tokens of 16 x 16 pixels.</summary>
    ImageNet,

    /// <summary>Event frames [B, T, 2, H, W], tokens of 16 x 16 pixels.</summary>
    Dvs,
}

/// <summary>The sizes and the variant of a <see cref="Spikformer"/>.</summary>
/// <param name="Variant">Which published version.</param>
/// <param name="Features">D, a multiple of 8 and of <paramref name="Heads"/>.</param>
/// <param name="Heads">Attention heads.</param>
/// <param name="Depth">Transformer blocks.</param>
/// <param name="Classes">Outputs.</param>
/// <param name="TimeSteps">T of a still image; event frames bring their own.</param>
/// <param name="Residual">Spikes for Spikformer, membrane currents for Spikingformer.</param>
/// <param name="Downsampling">Pool currents for the CML networks.</param>
/// <param name="Channels">Channels of the input; 3, or 2 for event frames, where none is given.</param>
/// <param name="ImageSize">Height and width of event frames in pixels: it decides the size of a position embedding that nothing
/// uses.</param>
/// <param name="Neurons">The neurons; the published ones where none are given (tau 2; Spikingformer on event frames 1.5, with CML
/// 1.75).</param>
public sealed record SpikformerOptions(
    SpikformerVariant Variant,
    int Features,
    int Heads,
    int Depth,
    int Classes,
    int TimeSteps = 4,
    ResidualKind Residual = ResidualKind.Spikes,
    Downsampling Downsampling = Downsampling.AfterNeuron,
    int? Channels = null,
    int ImageSize = 128,
    TransformerNeurons? Neurons = null)
{
    /// <summary>The published Spikformer for a data set; with <see cref="Residual"/> and <see cref="Downsampling"/> its
    /// successors.</summary>
    /// <param name="data">The data set's name.</param>
    /// <param name="input">One input as the network is given it.</param>
    /// <param name="classes">Outputs.</param>
    /// <returns>8-512 for pictures such as ImageNet's, 2-256 for event frames, 4-384 for small pictures.</returns>
    public static SpikformerOptions Published(string data, InputShape input, int classes)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (variant, features, heads, depth) = TrainingRecipes.DataWord(data, input) switch
        {
            "imagenet" => (SpikformerVariant.ImageNet, 512, 8, 8),
            "cifar10dvs" or "dvs128" => (SpikformerVariant.Dvs, 256, 16, 2),
            _ => (SpikformerVariant.Cifar, 384, 12, 4),
        };
        return new(variant, features, heads, depth, classes, input.TimeSteps, Channels: input.Channels, ImageSize: input.Height);
    }

    internal int InputChannels => Channels ?? (Variant == SpikformerVariant.Dvs ? 2 : 3);

    internal IReadOnlyList<bool> Pools => Variant == SpikformerVariant.Cifar ? [false, false, true, true] : [true, true, true, true];

    internal TransformerNeurons NeuronsOrPublished => Neurons ?? new TransformerNeurons((Variant, Residual, Downsampling) switch
    {
        (SpikformerVariant.Dvs, ResidualKind.Membrane, Downsampling.BeforeNeuron) => 1.75,
        (SpikformerVariant.Dvs, ResidualKind.Membrane, _) => 1.5,
        _ => 2.0,
    });

    internal SelfAttentionOptions Attention => (Residual, Variant) switch
    {
        (ResidualKind.Membrane, _) => new SelfAttentionOptions(Features, Heads, Residual: Residual),
        (_, SpikformerVariant.Cifar) => new SelfAttentionOptions(Features, Heads, PointwiseForm.Linear, QkvBias: true),
        (_, SpikformerVariant.Dvs) => new SelfAttentionOptions(Features, Heads, Scale: 0.25),
        _ => new SelfAttentionOptions(Features, Heads),
    };

    internal PointwiseForm MlpForm => (Residual, Variant) switch
    {
        (ResidualKind.Spikes, SpikformerVariant.Cifar) => PointwiseForm.Linear,
        (ResidualKind.Spikes, SpikformerVariant.Dvs) => PointwiseForm.Conv1d,
        _ => PointwiseForm.Conv2d,
    };

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Depth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(TimeSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Features, 8);
        if (Features % 8 != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Features), Features, "The features must be a multiple of 8: the first convolution has an eighth of them.");
        }
    }
}
