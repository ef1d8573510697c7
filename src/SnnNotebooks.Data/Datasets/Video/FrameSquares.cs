using SnnNotebooks.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Video;

/// <summary>Cuts the squares of a <see cref="FrameCrop"/> out of clips.</summary>
internal static class FrameSquares
{
    /// <summary>Resizes, cuts and resizes all frames alike.</summary>
    /// <param name="frames">Float32 [T, C, H, W].</param>
    /// <param name="crop">The sizes.</param>
    /// <param name="random">Draws the place; null for the middle.</param>
    /// <returns>Float32 [T, C, size, size].</returns>
    public static Tensor Of(Tensor frames, FrameCrop crop, Random? random)
    {
        using var scope = NewDisposeScope();
        var (top, left) = (Place(crop.Height), Place(crop.Width)); // drawn in this order
        var square = Resized(frames, crop.Height, crop.Width).narrow(2, top, crop.Square).narrow(3, left, crop.Square);
        return Resized(square, crop.Size, crop.Size).MoveToOuterDisposeScope();

        int Place(int length) => random?.Next(length - crop.Square + 1) ?? (int)Math.Round((length - crop.Square) / 2.0);
    }

    private static Tensor Resized(Tensor frames, int height, int width) => frames.shape[2] == height && frames.shape[3] == width
        ? frames
        : nn.functional.interpolate(frames, [height, width], mode: InterpolationMode.Bilinear, align_corners: false);
}
