using SnnNotebooks.Models.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>Halves height and width of every frame: maximum over 3 x 3 with stride 2, [T, B, C, H, W] to [T, B, C, H/2, W/2].</summary>
internal sealed class StemPool() : NamedModule(nameof(StemPool))
{
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return nn.functional.max_pool2d(input.flatten(0, 1), 3, 2, 1).unflatten(0, [input.shape[0], input.shape[1]]).MoveToOuterDisposeScope();
    }
}
