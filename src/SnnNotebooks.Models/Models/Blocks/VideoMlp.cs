using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

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
