using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models;

/// <summary>
/// SVFormer, a spiking transformer for video (L. Yu et al., HBAI 2024, arXiv:2406.15034): one frame is one time step, early stages look at
/// neighbours, late ones at the whole frame, and a convolution over all of time and space makes the decision.
/// </summary>
public sealed class SVFormer : NamedModule, IWholeSequence
{
    private readonly List<nn.Module<Tensor, Tensor>> stages = [];
    private readonly SpikingNeuron? lplif;
    private readonly Conv2d? lpDWConv;
    private readonly PointwiseLayer? lpPWConv;
    private readonly TimeBatchNorm? lpBN;
    private readonly SpikingNeuron lif_bf_head;
    private readonly Conv3d dwconv_bf_head;
    private readonly BatchNorm3d dwconv_bn;
    private readonly Linear head;

    /// <summary>Builds the network with fresh weights.</summary>
    /// <param name="options">Its sizes.</param>
    /// <exception cref="ArgumentException">A size is out of range.</exception>
    public SVFormer(SVFormerOptions options)
        : base(nameof(SVFormer))
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        Options = options;
        var c = options.Features;
        for (var stage = 0; stage < 4; stage++)
        {
            var embedding = new VideoEmbedding(options, stage == 0 ? options.Channels : c[stage - 1], c[stage], first: stage == 0);
            var features = c[stage];
            var blocks = nn.Sequential(Enumerable.Range(0, options.Depths[stage]).Select(_ =>
                stage < 2 ? (nn.Module<Tensor, Tensor>)new LocalVideoBlock(options, features) : new GlobalVideoBlock(options, features)));
            register_module($"patch_embed{stage + 1}", embedding);
            register_module($"blocks{stage + 1}", blocks);
            stages.Add(embedding);
            stages.Add(blocks);
        }

        if (options.LocalPath)
        {
            register_module(nameof(lplif), lplif = VideoNeurons.Create(options));
            register_module(nameof(lpDWConv), lpDWConv = nn.Conv2d(c[2], c[2], 3, 2, 1, groups: c[2]));
            register_module(nameof(lpPWConv), lpPWConv = new PointwiseLayer(c[2], c[3], PointwiseForm.Conv2d, hasBias: true));
            register_module(nameof(lpBN), lpBN = new TimeBatchNorm(options.TimeSteps, c[3]));
        }

        var joined = options.LocalPath ? 2 * c[3] : c[3];
        var side = options.ImageSize / 32;
        register_module(nameof(lif_bf_head), lif_bf_head = VideoNeurons.Create(options));
        register_module(nameof(dwconv_bf_head), dwconv_bf_head = nn.Conv3d(joined, joined, (options.TimeSteps, side, side), groups: c[3]));
        register_module(nameof(dwconv_bn), dwconv_bn = nn.BatchNorm3d(joined));
        register_module(nameof(head), head = Initialization.Head(joined, options.Classes));
    }

    /// <summary>What it was built with.</summary>
    public SVFormerOptions Options { get; }

    /// <summary>Classifies clips. State goes on from call to call: <see cref="Functional.Reset"/> between independent inputs.</summary>
    /// <param name="input">Video [B, C, T, H, W]; B of at least 2 in training mode.</param>
    /// <returns>Scores [B, classes].</returns>
    /// <exception cref="ArgumentException">The input has another number of axes, of time steps, or another size than the
    /// weights.</exception>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var sequence = ModelInput.Video(input);
        if (sequence.shape[0] != Options.TimeSteps || sequence.shape[3] != Options.ImageSize || sequence.shape[4] != Options.ImageSize)
        {
            throw new ArgumentException(
                $"The network was built for {Options.TimeSteps} frames of {Options.ImageSize} x {Options.ImageSize} pixels; it was given "
                + $"[{string.Join(", ", input.shape)}].", nameof(input));
        }

        var x = sequence.permute(0, 1, 3, 4, 2); // [T, B, H, W, C] from here on: channels innermost
        Tensor? local = null;
        for (var i = 0; i < stages.Count; i++)
        {
            x = stages[i].call(x);
            if (i == 4 && lplif is not null)
            {
                local = lpBN!.call(lpPWConv!.call(VideoMaps.Convolve(lpDWConv!, lplif.call(x))));
            }
        }

        var fused = lif_bf_head.call(local is null ? x : cat([local, x], -1));
        var decided = dwconv_bn.call(dwconv_bf_head.call(fused.permute(1, 4, 0, 2, 3)));
        return head.call(decided.flatten(1)).MoveToOuterDisposeScope();
    }

    private static void Check(SVFormerOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Classes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.TimeSteps, 1);
        if (options.Features.Count != 4 || options.Depths.Count != 4)
        {
            throw new ArgumentException(
                $"SVFormer has four stages; {options.Features.Count} feature sizes and {options.Depths.Count} depths were given.",
                nameof(options));
        }

        if (options.ImageSize < 32 || options.ImageSize % 32 != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.ImageSize, "The image size must be a multiple of 32: the network divides it by 32.");
        }

        if (options.Features.Skip(2).Any(features => features % options.HeadSize != 0))
        {
            throw new ArgumentException(
                $"The last two stages have {options.Features[2]} and {options.Features[3]} features; both must be multiples of the head "
                + $"size {options.HeadSize}.", nameof(options));
        }
    }
}
