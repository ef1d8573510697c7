using SnnNotebooks.Models.Blocks;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.VisualCortex;

/// <summary>Mean over height and width: [..., C, H, W] to [..., C, 1, 1].</summary>
internal sealed class GlobalPool() : NamedModule(nameof(GlobalPool))
{
    public override Tensor forward(Tensor input) => input.mean([-2, -1], keepdim: true);
}
