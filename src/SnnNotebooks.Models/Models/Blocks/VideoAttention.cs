using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

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
