using SnnNotebooks.Models.Blocks;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models;

/// <summary>
/// The spiking transformers that share one frame, tokens, blocks, mean, classifier: Spikformer (Z. Zhou et al., ICLR 2023,
/// arXiv:2209.15425), Spikingformer (C. Zhou et al., arXiv:2304.11954) and both with CML downsampling (C. Zhou et al., arXiv:2305.05954).
/// Their state dictionaries have the published keys and shapes, layers that nothing uses included.
/// </summary>
public sealed class Spikformer : NamedModule, IWholeSequence
{
    private readonly nn.Module<Tensor, Tensor> tokens;
    private readonly Sequential blocks;
    private readonly Linear head;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="options">Its sizes and variant.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public Spikformer(SpikformerOptions options)
        : base(nameof(Spikformer))
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        Options = options;
        var neurons = options.NeuronsOrPublished;
        var membrane = options.Residual == ResidualKind.Membrane;
        var unused = options is { Variant: SpikformerVariant.Dvs, Residual: ResidualKind.Spikes };
        if (unused)
        {
            var positions = nn.Parameter(empty(1, options.ImageSize / 16 * (options.ImageSize / 16), options.Features));
            Initialization.TruncatedNormal(positions);
            register_parameter("pos_embed", positions);
        }

        tokens = membrane
            ? new SpikingTokenizer(options.InputChannels, options.Features, options.Pools, options.Downsampling,
                options is { Variant: SpikformerVariant.Cifar, Downsampling: Downsampling.AfterNeuron } ? "block" : "proj", neurons)
            : new SpikingPatchSplitting(options.InputChannels, options.Features, options.Pools, options.Downsampling, neurons);
        register_module("patch_embed", tokens);
        blocks = nn.Sequential(Enumerable.Range(0, options.Depth).Select(_ => new TransformerBlock(
            "attn",
            new SpikingSelfAttention(options.Attention, neurons),
            new SpikingMlp(options.Features, 4, options.MlpForm, membrane ? "mlp" : "fc", options.Residual, neurons),
            unusedNorms: options.Features)));
        register_module("block", blocks);
        if (unused)
        {
            register_module("norm", nn.LayerNorm(options.Features));
        }

        register_module(nameof(head), head = Initialization.Head(options.Features, options.Classes));
    }

    /// <summary>What it was built with.</summary>
    public SpikformerOptions Options { get; }

    /// <summary>Classifies. State goes on from call to call: <see cref="Functional.Reset"/> between independent inputs.</summary>
    /// <param name="input">Images [B, 3, H, W], or event frames [B, T, 2, H, W] for <see cref="SpikformerVariant.Dvs"/>.</param>
    /// <returns>Scores [B, classes].</returns>
    /// <exception cref="ArgumentException">The input has another number of axes.</exception>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var sequence = ModelInput.Sequence(input, Options.Variant == SpikformerVariant.Dvs, Options.TimeSteps);
        var features = blocks.call(tokens.call(sequence)).mean([0, 2]);
        return head.call(features).MoveToOuterDisposeScope();
    }
}
