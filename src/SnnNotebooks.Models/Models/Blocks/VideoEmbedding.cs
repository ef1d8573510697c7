using SnnNotebooks.Neurons;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

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
