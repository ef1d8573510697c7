using System.Text.RegularExpressions;
using SnnNotebooks.Datasets.Images;
using SnnNotebooks.Datasets.Images.Transforms;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Neural;

/// <summary>
/// Pictures that an animal saw, as networks take them. How the authors of arXiv:2303.06060 resized theirs is not known; here the shorter
/// side gets the size and the middle is cut out, as for ImageNet's validation.
/// </summary>
public static partial class StimulusImages
{
    private const int LongestNumber = 20;

    // torchvision's figures for networks trained on ImageNet, and those of the movie paper for UCF101
    private static readonly float[] ImageNetMean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] ImageNetDeviation = [0.229f, 0.224f, 0.225f];
    private static readonly float[] Half = [0.5f, 0.5f, 0.5f];

    /// <summary>The picture files of a folder, in the order of the numbers in their names: the order of the rows they will have.</summary>
    /// <param name="folder">The folder; others inside it are not looked into.</param>
    /// <returns>The files' paths.</returns>
    /// <exception cref="DatasetException">There is no such folder, or no picture in it.</exception>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is empty.</exception>
    public static IReadOnlyList<string> Files(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new DatasetException($"There is no folder {folder}.");
        }

        string[] files = [.. Directory.EnumerateFiles(folder).Where(RgbImage.IsNamedImage).OrderBy(InOrder, StringComparer.Ordinal)
            .ThenBy(path => path, StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new DatasetException($"{folder} holds no pictures (.jpg, .png, .bmp).");
    }

    /// <summary>Reads the pictures of a folder.</summary>
    /// <param name="folder">As for <see cref="Files"/>.</param>
    /// <param name="size">Rows and columns of the result.</param>
    /// <returns>[S, 3, size, size], float32, 0 to 1; the caller disposes it.</returns>
    /// <exception cref="DatasetException">There is no such folder, no picture in it, or one is damaged.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static Tensor Read(string folder, int size = 224)
    {
        var files = Files(folder);
        return Filled(files.Count, i => RgbImage.Read(files[i]), size);
    }

    /// <summary>Pictures in memory.</summary>
    /// <param name="images">At least one, of any sizes.</param>
    /// <param name="size">Rows and columns of the result.</param>
    /// <returns>[S, 3, size, size], float32, 0 to 1; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Tensor Of(IReadOnlyList<RgbImage> images, int size = 224)
    {
        ArgumentNullException.ThrowIfNull(images);
        return images.Count > 0
            ? Filled(images.Count, i => images[i], size)
            : throw new ArgumentException("There are no pictures.", nameof(images));
    }

    /// <summary>Pictures for networks trained on ImageNet: each colour less its mean there, over its deviation.</summary>
    /// <param name="images">[S, 3, H, W], or [S, 1, H, W] for grey pictures, whose channel is then taken three times; 0 to 1.</param>
    /// <returns>[S, 3, H, W]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The pictures have another shape.</exception>
    public static Tensor ForImageNet(Tensor images) => Normalised(images, ImageNetMean, ImageNetDeviation);

    /// <summary>Pictures or frames for networks trained on UCF101 as in arXiv:2306.01354: 0 to 1 becomes -1 to 1.</summary>
    /// <param name="images">As for <see cref="ForImageNet"/>.</param>
    /// <returns>[S, 3, H, W]; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The pictures have another shape.</exception>
    public static Tensor ForUcf101(Tensor images) => Normalised(images, Half, Half);

    /// <summary>A name whose numbers are as long as any: 2 comes before 10.</summary>
    private static string InOrder(string path) =>
        Number().Replace(Path.GetFileName(path), digits => digits.Value.PadLeft(LongestNumber, '0'));

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();

    private static Tensor Normalised(Tensor images, float[] mean, float[] deviation)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.dim() != 4 || images.shape[1] is not (1 or RgbImage.Channels))
        {
            throw new ArgumentException(
                $"Pictures are [{string.Join(", ", images.shape)}]; expected [S, 3, H, W], or [S, 1, H, W] for grey ones.", nameof(images));
        }

        using var scope = NewDisposeScope();
        return ((images - tensor(mean).view(1, -1, 1, 1)) / tensor(deviation).view(1, -1, 1, 1)).MoveToOuterDisposeScope();
    }

    private static Tensor Filled(int count, Func<int, RgbImage> image, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        using var scope = NewDisposeScope();
        var result = empty([count, RgbImage.Channels, size, size], float32);
        for (var i = 0; i < count; i++)
        {
            using var one = NewDisposeScope();
            result[i].copy_(Fitted(image(i), size).ToTensor());
        }

        return result.MoveToOuterDisposeScope();
    }

    private static RgbImage Fitted(RgbImage image, int size) => image.Width == size && image.Height == size
        ? image
        : new CenterCrop(size).Apply(new Resize(size).Apply(image, Random.Shared), Random.Shared); // neither draws
}
