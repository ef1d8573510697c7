using SnnNotebooks.Layers;
using SnnNotebooks.Models.Blocks;
using SnnNotebooks.Neurons;
using SnnNotebooks.Surrogates;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models;

/// <summary>The sizes of an <see cref="SVFormer"/>.</summary>
/// <param name="Classes">Outputs.</param>
/// <param name="Features">Features of the four stages; those of the last two are multiples of <paramref name="HeadSize"/>.</param>
/// <param name="Depths">Blocks of the four stages: local ones (convolutions) in the first two, global ones (self-attention) in the last
/// two.</param>
/// <param name="HeadSize">Features of an attention head.</param>
/// <param name="MlpRatio">Hidden features of an MLP are this many times its features.</param>
/// <param name="TimeSteps">T, the frames of a clip; weights depend on it.</param>
/// <param name="ImageSize">Height and width of a frame in pixels, a multiple of 32; weights depend on it.</param>
/// <param name="Channels">Channels of a frame.</param>
/// <param name="LocalPath">Whether a strided depth-wise path goes round the last two stages.</param>
/// <param name="Threshold">Firing threshold of all neurons.</param>
/// <param name="Neuron">Makes a layer of neurons; PLIF from tau 2 with that threshold where none is given.</param>
public sealed record SVFormerOptions(
    int Classes,
    IReadOnlyList<int>? Features = null,
    IReadOnlyList<int>? Depths = null,
    int HeadSize = 64,
    int MlpRatio = 2,
    int TimeSteps = 16,
    int ImageSize = 224,
    int Channels = 3,
    bool LocalPath = true,
    double Threshold = 1.0,
    Func<SpikingNeuron>? Neuron = null)
{
    /// <summary>Features of the four stages.</summary>
    public IReadOnlyList<int> Features { get; init; } = Features ?? [128, 256, 384, 512];

    /// <summary>Blocks of the four stages.</summary>
    public IReadOnlyList<int> Depths { get; init; } = Depths ?? [1, 1, 3, 1];
}

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

/// <summary>The neurons of SVFormer: those of its options, or PLIF from tau 2, hard reset to 0, arc-tangent surrogate.</summary>
internal static class VideoNeurons
{
    /// <summary>A layer.</summary>
    public static SpikingNeuron Create(SVFormerOptions options) =>
        options.Neuron?.Invoke() ?? new ParametricLIFNode(2.0, threshold: options.Threshold, detachReset: true, surrogate: new ATan());
}

/// <summary>Feature maps of video with channels innermost, [T, B, H, W, C].</summary>
internal static class VideoMaps
{
    /// <summary>Convolves every frame.</summary>
    public static Tensor Convolve(nn.Module<Tensor, Tensor> convolution, Tensor maps) =>
        OverTime.Apply(frames => SpikeLayers.Call(convolution, frames), maps.permute(0, 1, 4, 2, 3)).permute(0, 1, 3, 4, 2);
}

/// <summary>(Neurons,) strided convolution and normalisation by time step.</summary>
internal sealed class VideoEmbedding : RecomputableBlock
{
    private readonly SpikingNeuron? in_lif;
    private readonly Conv2d proj;
    private readonly TimeBatchNorm norm;

    public VideoEmbedding(SVFormerOptions options, int inputs, int outputs, bool first)
        : base(nameof(VideoEmbedding))
    {
        if (!first)
        {
            register_module(nameof(in_lif), in_lif = VideoNeurons.Create(options));
        }

        register_module(nameof(proj), proj = first ? nn.Conv2d(inputs, outputs, 6, 4, 1) : nn.Conv2d(inputs, outputs, 4, 2, 1));
        register_module(nameof(norm), norm = new TimeBatchNorm(options.TimeSteps, outputs));
    }

    protected override Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        return norm.call(VideoMaps.Convolve(proj, in_lif?.call(input) ?? input)).MoveToOuterDisposeScope();
    }
}

/// <summary>
/// A local block: neurons, 1 x 1, depth-wise 5 x 5 and 1 x 1 convolution with nothing between, normalisation; then the MLP.
/// </summary>
internal sealed class LocalVideoBlock : RecomputableBlock
{
    private readonly SpikingNeuron act1;
    private readonly PointwiseLayer conv1;
    private readonly Conv2d attn;
    private readonly PointwiseLayer conv2;
    private readonly TimeBatchNorm norm2;
    private readonly VideoMlp mlp;

    public LocalVideoBlock(SVFormerOptions options, int features)
        : base(nameof(LocalVideoBlock))
    {
        register_module(nameof(act1), act1 = VideoNeurons.Create(options));
        register_module(nameof(conv1), conv1 = new PointwiseLayer(features, features, PointwiseForm.Conv2d, hasBias: true));
        register_module(nameof(attn), attn = nn.Conv2d(features, features, 5, padding: 2, groups: features));
        register_module(nameof(conv2), conv2 = new PointwiseLayer(features, features, PointwiseForm.Conv2d, hasBias: true));
        register_module(nameof(norm2), norm2 = new TimeBatchNorm(options.TimeSteps, features));
        register_module(nameof(mlp), mlp = new VideoMlp(options, features, PointwiseForm.Conv2d));
    }

    protected override Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input + norm2.call(conv2.call(VideoMaps.Convolve(attn, conv1.call(act1.call(input)))));
        return (x + mlp.call(x)).MoveToOuterDisposeScope();
    }
}

/// <summary>A global block: spiking self-attention within each frame, then the MLP; the shortcut carries currents.</summary>
internal sealed class GlobalVideoBlock : RecomputableBlock
{
    private readonly VideoAttention attn;
    private readonly VideoMlp mlp;

    public GlobalVideoBlock(SVFormerOptions options, int features)
        : base(nameof(GlobalVideoBlock))
    {
        register_module(nameof(attn), attn = new VideoAttention(options, features));
        register_module(nameof(mlp), mlp = new VideoMlp(options, features, PointwiseForm.Linear));
    }

    protected override Tensor Compute(Tensor input)
    {
        using var scope = NewDisposeScope();
        var tokens = input.flatten(2, 3);
        var x = tokens + attn.call(tokens);
        return (x + mlp.call(x)).view(input.shape).MoveToOuterDisposeScope();
    }
}

/// <summary>Spiking self-attention of one frame's tokens [T, B, N, C].</summary>
internal sealed class VideoAttention : NamedModule, IAttention
{
    private readonly double scale;
    private readonly SpikingNeuron in_lif;
    private readonly PointwiseLayer qkv;
    private readonly TimeBatchNorm norm1;
    private readonly SpikingNeuron q_lif;
    private readonly SpikingNeuron k_lif;
    private readonly SpikingNeuron v_lif;
    private readonly SpikingNeuron proj_lif;
    private readonly PointwiseLayer proj;
    private readonly TimeBatchNorm norm2;

    public VideoAttention(SVFormerOptions options, int features)
        : base(nameof(VideoAttention))
    {
        (Heads, scale) = (features / options.HeadSize, Math.Pow(options.HeadSize, -0.5));
        register_module(nameof(in_lif), in_lif = VideoNeurons.Create(options));
        register_module(nameof(qkv), qkv = new PointwiseLayer(features, 3 * features, PointwiseForm.Linear, hasBias: true));
        register_module(nameof(norm1), norm1 = new TimeBatchNorm(options.TimeSteps, 3 * features));
        register_module(nameof(q_lif), q_lif = VideoNeurons.Create(options));
        register_module(nameof(k_lif), k_lif = VideoNeurons.Create(options));
        register_module(nameof(v_lif), v_lif = VideoNeurons.Create(options));
        register_module(nameof(proj_lif), proj_lif = VideoNeurons.Create(options));
        register_module(nameof(proj), proj = new PointwiseLayer(features, features, PointwiseForm.Linear, hasBias: true));
        register_module(nameof(norm2), norm2 = new TimeBatchNorm(options.TimeSteps, features));
    }

    public int Heads { get; }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var parts = norm1.call(qkv.call(in_lif.call(input))).chunk(3, -1);
        var q = HeadLayout.Split(q_lif.call(parts[0]), Heads);
        var k = HeadLayout.Split(k_lif.call(parts[1]), Heads);
        var v = HeadLayout.Split(v_lif.call(parts[2]), Heads);
        var product = q.Product(k.transpose(-2, -1).Product(v)) * scale;
        return norm2.call(proj.call(proj_lif.call(HeadLayout.Merge(product)))).MoveToOuterDisposeScope();
    }
}

/// <summary>Neurons, linear map, normalisation, twice.</summary>
internal sealed class VideoMlp : NamedModule
{
    private readonly SpikingNeuron act1;
    private readonly PointwiseLayer fc1;
    private readonly TimeBatchNorm norm1;
    private readonly SpikingNeuron act2;
    private readonly PointwiseLayer fc2;
    private readonly TimeBatchNorm norm2;

    public VideoMlp(SVFormerOptions options, int features, PointwiseForm form)
        : base(nameof(VideoMlp))
    {
        var hidden = features * options.MlpRatio;
        register_module(nameof(act1), act1 = VideoNeurons.Create(options));
        register_module(nameof(fc1), fc1 = new PointwiseLayer(features, hidden, form, hasBias: true));
        register_module(nameof(norm1), norm1 = new TimeBatchNorm(options.TimeSteps, hidden));
        register_module(nameof(act2), act2 = VideoNeurons.Create(options));
        register_module(nameof(fc2), fc2 = new PointwiseLayer(hidden, features, form, hasBias: true));
        register_module(nameof(norm2), norm2 = new TimeBatchNorm(options.TimeSteps, features));
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return norm2.call(fc2.call(act2.call(norm1.call(fc1.call(act1.call(input)))))).MoveToOuterDisposeScope();
    }
}
