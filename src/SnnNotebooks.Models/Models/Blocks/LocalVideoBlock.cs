using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

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
