using SnnNotebooks.Layers;
using static TorchSharp.torch;

namespace SnnNotebooks.Models;

/// <summary>Checks what a network is given.</summary>
internal static class ModelInput
{
    /// <summary>Still images [B, C, H, W].</summary>
    public static Tensor Images(Tensor input) => Given(input).dim() == 4 ? input : throw Wrong(input, "images [B, C, H, W]");

    /// <summary>Event frames [B, T, C, H, W] as a sequence [T, B, C, H, W].</summary>
    public static Tensor Frames(Tensor input) =>
        Given(input).dim() == 5 ? input.transpose(0, 1) : throw Wrong(input, "event frames [B, T, C, H, W]");

    /// <summary>Video [B, C, T, H, W] as a sequence [T, B, C, H, W].</summary>
    public static Tensor Video(Tensor input) =>
        Given(input).dim() == 5 ? input.permute(2, 0, 1, 3, 4) : throw Wrong(input, "video [B, C, T, H, W]");

    /// <summary>A sequence [T, B, C, H, W]: event frames [B, T, C, H, W], or still images [B, C, H, W] presented T times.</summary>
    public static Tensor Sequence(Tensor input, bool isFrames, int steps) =>
        isFrames ? Frames(input) : TimeRepeat.Repeat(Images(input), steps);

    private static Tensor Given(Tensor input)
    {
        FloatingPoint.Require(input, "The network");
        return input;
    }

    private static ArgumentException Wrong(Tensor input, string expected) =>
        new($"The network was given [{string.Join(", ", input.shape)}]; expected {expected}.", nameof(input));
}
