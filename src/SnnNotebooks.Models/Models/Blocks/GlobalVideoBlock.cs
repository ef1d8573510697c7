using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

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
