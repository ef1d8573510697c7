using SnnNotebooks.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Models.Blocks;

/// <summary>Feature maps of video with channels innermost, [T, B, H, W, C].</summary>
internal static class VideoMaps
{
    /// <summary>Convolves every frame.</summary>
    public static Tensor Convolve(nn.Module<Tensor, Tensor> convolution, Tensor maps) =>
        OverTime.Apply(frames => SpikeLayers.Call(convolution, frames), maps.permute(0, 1, 4, 2, 3)).permute(0, 1, 3, 4, 2);
}
