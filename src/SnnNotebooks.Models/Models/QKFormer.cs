using SnnNotebooks.Models.Blocks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models;

/// <summary>
/// QKFormer, a hierarchical spiking transformer (C. Zhou et al., NeurIPS 2024, arXiv:2403.16552): many tokens of few features first, which
/// Q-K attention can afford, and self-attention on few tokens of many features last.
/// </summary>
public sealed class QKFormer : NamedModule, IWholeSequence
{
    private readonly List<(nn.Module<Tensor, Tensor> Embedding, nn.Module<Tensor, Tensor> Blocks)> stages = [];
    private readonly Linear head;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="options">Its sizes and variant.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public QKFormer(QKFormerOptions options)
        : base(nameof(QKFormer))
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        var neurons = options.Neurons ?? new TransformerNeurons();
        var count = options.BlocksPerStage.Count;
        for (var stage = 0; stage < count; stage++)
        {
            var features = options.Features >> (count - 1 - stage);
            stages.Add((Embedding(stage, features, neurons), Blocks(stage, features, neurons)));
        }

        // the published code lists all embeddings first, except for event frames
        for (var stage = 0; stage < count; stage++)
        {
            register_module($"patch_embed{stage + 1}", stages[stage].Embedding);
            if (options.Variant == QKFormerVariant.Dvs)
            {
                register_module($"stage{stage + 1}", stages[stage].Blocks);
            }
        }

        for (var stage = 0; stage < count && options.Variant != QKFormerVariant.Dvs; stage++)
        {
            register_module($"stage{stage + 1}", stages[stage].Blocks);
        }

        register_module(nameof(head), head = Initialization.Head(options.Features, options.Classes));
    }

    /// <summary>What it was built with.</summary>
    public QKFormerOptions Options { get; }

    /// <summary>Classifies. State goes on from call to call: <see cref="Functional.Reset"/> between independent inputs.</summary>
    /// <param name="input">Images [B, 3, H, W], or event frames [B, T, 2, H, W] for <see cref="QKFormerVariant.Dvs"/>.</param>
    /// <returns>Scores [B, classes].</returns>
    /// <exception cref="ArgumentException">The input has another number of axes.</exception>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var maps = ModelInput.Sequence(input, Options.Variant == QKFormerVariant.Dvs, Options.TimeSteps);
        foreach (var (embedding, blocks) in stages)
        {
            var embedded = embedding.call(maps);
            maps = FeatureMaps.ToMaps(blocks.call(FeatureMaps.ToTokens(embedded)), embedded.shape[3]);
        }

        return head.call(maps.mean([0, 3, 4])).MoveToOuterDisposeScope();
    }

    private DeformedShortcutEmbedding Embedding(int stage, int c, TransformerNeurons neurons)
    {
        var (inputs, first) = stage == 0 ? (Options.InputChannels, true) : (c / 2, false);
        (EmbeddingStage[] Stages, int Shared) plan = (Options.Variant, first) switch
        {
            (QKFormerVariant.Cifar, true) => ([new("proj", c / 2, false), new("proj1", c, false)], 1),
            (QKFormerVariant.Cifar, false) => ([new("proj3", c, false), new("proj4", c, true)], 0),
            (QKFormerVariant.ImageNet, true) => ([new("proj", c / 2, true), new("proj1", c, true), new("proj2", c, false)], 1),
            (QKFormerVariant.ImageNet, false) => ([new("proj3", c, true), new("proj4", c, false)], 0),
            (_, true) => ([new("proj", c / 8, false), new("proj1", c / 4, true), new("proj2", c / 2, true), new("proj3", c, true)], 2),
            _ => ([new("proj", c, false), new("proj4", c, true)], 0),
        };
        return new DeformedShortcutEmbedding(inputs, plan.Stages, plan.Shared, neurons, Options.Residual, first);
    }

    private Sequential Blocks(int stage, int features, TransformerNeurons neurons)
    {
        var imageNet = Options.Variant == QKFormerVariant.ImageNet;
        var kind = Options.AttentionOrPublished[stage];
        return nn.Sequential(Enumerable.Range(0, Options.BlocksPerStage[stage]).Select(_ => new TransformerBlock(
            kind != QKAttentionKind.Self ? "tssa" : imageNet ? "attn" : "ssa",
            kind == QKAttentionKind.Self
                ? new SpikingSelfAttention(
                    new SelfAttentionOptions(
                        features, Options.Heads, Residual: Options.Residual, LegacyBatchLeak: Options.LegacyBatchLeak), neurons)
                : new QKAttention(features, Options.Heads, kind, neurons, Options.Residual),
            new SpikingMlp(features, Options.MlpRatio, PointwiseForm.Conv2d, imageNet ? "fc" : "mlp", Options.Residual, neurons))));
    }
}
