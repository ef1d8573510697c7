using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Images.Transforms;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Video;

/// <summary>Transforms of images on clips: every frame is changed alike.</summary>
/// <param name="Transforms">What is done to each frame, in this order.</param>
public sealed record ClipTransform(params IReadOnlyList<ImageTransform> Transforms)
{
    /// <summary>Is taken from each channel, in [0, 1]. SVFormer takes 0.45.</summary>
    public float Mean { get; init; } = 0.45f;

    /// <summary>Each channel is then divided by this. SVFormer takes 0.225.</summary>
    public float Deviation { get; init; } = 0.225f;

    /// <summary>Erases one box of all frames after all else; null for none.</summary>
    public RandomErasing? Erasing { get; init; }

    /// <summary>Makes a clip of frames.</summary>
    /// <param name="frames">The frames, in order.</param>
    /// <param name="seed">All draws depend on this number alone.</param>
    /// <returns>Float32 [T, 3, H, W]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is no frame, or they come out in different sizes.</exception>
    public Tensor Apply(IReadOnlyList<RgbImage> frames, int seed)
    {
        ArgumentNullException.ThrowIfNull(frames);
        var images = frames.Select(frame =>
        {
            var random = new Random(seed); // the same draws for every frame
            return Transforms.Aggregate(frame, (image, transform) => transform.Apply(image, random));
        }).ToList();
        if (images.Count == 0 || images.Any(image => image.Width != images[0].Width || image.Height != images[0].Height))
        {
            throw new ArgumentException(
                $"{images.Count} frames of {string.Join(", ", images.Select(image => $"{image.Width} x {image.Height}").Distinct())} "
                + "pixels make no clip; expected one or more of one size.", nameof(frames));
        }

        var (width, height) = (images[0].Width, images[0].Height);
        var plane = width * height;
        var values = new float[images.Count * RgbImage.Channels * plane];
        for (var at = 0; at < values.Length; at += plane)
        {
            var (frame, channel) = (at / plane / RgbImage.Channels, at / plane % RgbImage.Channels);
            PixelValues.Fill(values.AsSpan(at, plane), images[frame], channel, PixelValues.Table(Mean, Deviation));
        }

        Erasing?.Apply(values, images.Count * RgbImage.Channels, height, width, new Random(~seed));
        return tensor(values, [images.Count, RgbImage.Channels, height, width]);
    }
}
