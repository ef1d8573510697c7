namespace SnnNotebooks.Training;

/// <summary>Random parts of images, resized to a square (C. Szegedy et al., 2015).</summary>
/// <param name="Size">Rows and columns of the result, in pixels.</param>
/// <param name="LeastArea">The smallest part of the area, above 0.</param>
/// <param name="MostArea">The largest, up to 1.</param>
/// <param name="LeastAspect">The smallest ratio of width to height.</param>
/// <param name="MostAspect">The largest.</param>
/// <param name="Bicubic">Resized by cubic instead of linear interpolation.</param>
public sealed record CropRange(
    int Size, double LeastArea = 0.08, double MostArea = 1, double LeastAspect = 0.75, double MostAspect = 4.0 / 3, bool Bicubic = false);

/// <summary>
/// A square of frames that were brought to one height and width whatever their shape, resized again: a place drawn once for all frames of a
/// clip to learn from, the middle to test on. Resized as torchvision's transforms of tensors did before its version 0.17: straight lines
/// between pixels, without antialiasing, values not rounded.
/// </summary>
/// <param name="Height">Rows of the frames once resized.</param>
/// <param name="Width">Their columns.</param>
/// <param name="Square">Rows and columns of the square, at most the shorter side.</param>
/// <param name="Size">Rows and columns of the result.</param>
public sealed record FrameCrop(int Height, int Width, int Square, int Size);

/// <summary>What a network is tested on: the middle of an image.</summary>
/// <param name="Resize">Pixels of the shorter side once resized.</param>
/// <param name="Size">Rows and columns of the square in the middle.</param>
public sealed record MiddleCrop(int Resize, int Size);

/// <summary>What a video network is tested on: several pieces of each video, their scores summed.</summary>
/// <param name="Clips">Pieces in time.</param>
/// <param name="Crops">Pieces in space, of each.</param>
public sealed record ViewCount(int Clips, int Crops);

/// <summary>What channels of values in [0, 1] are brought to: (value - mean) / deviation.</summary>
/// <param name="Mean">One number for each channel.</param>
/// <param name="Deviation">One number for each channel, above 0.</param>
public sealed record ChannelScale(IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation)
{
    /// <summary>That of CIFAR-10 in timm's configurations.</summary>
    public static ChannelScale Cifar10 { get; } = new([0.4914f, 0.4822f, 0.4465f], [0.2470f, 0.2435f, 0.2616f]);

    /// <summary>That of ImageNet.</summary>
    public static ChannelScale ImageNet { get; } = new([0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);
}
