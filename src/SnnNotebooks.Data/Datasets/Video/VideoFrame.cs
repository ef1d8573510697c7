using SnnNotebooks.Datasets.Images;

namespace SnnNotebooks.Datasets.Video;

/// <summary>What a decoded pixel holds.</summary>
public enum VideoPixels
{
    /// <summary>Red, green and blue.</summary>
    Rgb,

    /// <summary>One byte of brightness, as ffmpeg's <c>gray</c>.</summary>
    Grey,
}

/// <summary>One decoded frame.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Pixels">Row by row, one or three bytes a pixel.</param>
public sealed record VideoFrame(int Width, int Height, byte[] Pixels)
{
    /// <summary>The frame as an image.</summary>
    /// <returns>A copy of its pixels.</returns>
    /// <exception cref="InvalidOperationException">It is grey.</exception>
    public RgbImage ToImage() => Pixels.Length == (long)Width * Height * RgbImage.Channels
        ? new RgbImage(Width, Height, Pixels)
        : throw new InvalidOperationException("A grey frame is no colour image; decode it as VideoPixels.Rgb.");
}
