using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Training;

namespace SnnNotebooks.Models;

/// <summary>The published versions of QKFormer.</summary>
public enum QKFormerVariant
{
    /// <summary>Images of 32 pixels [B, 3, H, W]: three stages of N = HW, HW/4 and HW/16 tokens.</summary>
    Cifar,

    /// <summary>Images of 224 pixels [B, 3, H, W]: three stages of N = HW/16, HW/64 and HW/256 tokens.</summary>
    ImageNet,

    /// <summary>Event frames [B, T, 2, H, W]: two stages of N = HW/64 and HW/256 tokens.</summary>
    Dvs,
}

/// <summary>The sizes and the variant of a <see cref="QKFormer"/>.</summary>
/// <param name="Variant">Which published version.</param>
/// <param name="Features">D of the last stage; the stages before have a half and a quarter of it.</param>
/// <param name="Heads">Attention heads, the same number in every stage.</param>
/// <param name="Depth">Transformer blocks in all; the first stages have one and one (CIFAR), one and two (ImageNet), or one (event
/// frames).</param>
/// <param name="Classes">Outputs.</param>
/// <param name="TimeSteps">T of a still image; event frames bring their own.</param>
/// <param name="MlpRatio">Hidden features of an MLP are this many times its features.</param>
/// <param name="Attention">The kind for each stage; token attention and, last, self-attention where none is given.</param>
/// <param name="Channels">Channels of the input; 3, or 2 for event frames, where none is given.</param>
/// <param name="Neurons">The neurons; LIF with tau 2 where none are given.</param>
/// <param name="LegacyBatchLeak">True to let self-attention leak from sample to sample as the published code does (it changes nothing for B
/// = 1, nor for membrane shortcuts).</param>
/// <param name="Residual">
/// What shortcuts carry: spikes, or currents (the paper's ablation "PA residual", pre-activation, which has no published code). For
/// currents every neuron layer comes before its convolution, so that all of them but the first see spikes only; parameters are the same.
/// </param>
public sealed record QKFormerOptions(
    QKFormerVariant Variant,
    int Features,
    int Heads,
    int Depth,
    int Classes,
    int TimeSteps = 4,
    int MlpRatio = 4,
    IReadOnlyList<QKAttentionKind>? Attention = null,
    int? Channels = null,
    TransformerNeurons? Neurons = null,
    bool LegacyBatchLeak = false,
    ResidualKind Residual = ResidualKind.Spikes)
{
    /// <summary>The published network for a data set.</summary>
    /// <param name="data">The data set's name.</param>
    /// <param name="input">One input as the network is given it.</param>
    /// <param name="classes">Outputs.</param>
    /// <returns>HST-10-384 for pictures such as ImageNet's, HST-2-256 for event frames, HST-4-384 for small pictures.</returns>
    public static QKFormerOptions Published(string data, InputShape input, int classes)
    {
        ArgumentNullException.ThrowIfNull(input);
        var (variant, features, heads, depth, ratio) = TrainingRecipes.DataWord(data, input) switch
        {
            "imagenet" => (QKFormerVariant.ImageNet, 384, 6, 10, 4),
            "cifar10dvs" => (QKFormerVariant.Dvs, 256, 16, 2, 1),
            "dvs128" => (QKFormerVariant.Dvs, 256, 16, 2, 4),
            _ => (QKFormerVariant.Cifar, 384, 8, 4, 4),
        };
        return new(variant, features, heads, depth, classes, input.TimeSteps, ratio, Channels: input.Channels);
    }

    internal int InputChannels => Channels ?? (Variant == QKFormerVariant.Dvs ? 2 : 3);

    internal IReadOnlyList<int> BlocksPerStage => Variant switch
    {
        QKFormerVariant.Cifar => [1, 1, Depth - 2],
        QKFormerVariant.ImageNet => [1, 2, Depth - 3],
        _ => [1, Depth - 1],
    };

    internal IReadOnlyList<QKAttentionKind> AttentionOrPublished =>
        Attention ?? [.. Enumerable.Repeat(QKAttentionKind.Token, BlocksPerStage.Count - 1), QKAttentionKind.Self];

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(TimeSteps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MlpRatio, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Features, 16);
        ArgumentOutOfRangeException.ThrowIfLessThan(Depth, BlocksPerStage.Count + (Variant == QKFormerVariant.ImageNet ? 1 : 0));
        if (Features % 16 != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(Features), Features, "The features must be a multiple of 16: the first convolution has a fraction of them.");
        }

        if (AttentionOrPublished.Count != BlocksPerStage.Count)
        {
            throw new ArgumentException(
                $"There are {BlocksPerStage.Count} stages and {AttentionOrPublished.Count} kinds of attention: give one for each stage.",
                nameof(Attention));
        }
    }
}
