using SnnNotebooks.Layers;
using SnnNotebooks.Models.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>Halves height and width of every frame: maximum over 3 x 3 with stride 2, [T, B, C, H, W] to [T, B, C, H/2, W/2].</summary>
internal sealed class StemPool() : NamedModule(nameof(StemPool))
{
    public override Tensor forward(Tensor input) => OverTime.Apply(frames => nn.functional.max_pool2d(frames, 3, 2, 1), input);
}
