using SnnNotebooks.Training;

namespace SnnNotebooks.Datasets.Images.Transforms;

/// <summary>
/// A random part of the image, of random area and aspect, resized to a square (C. Szegedy et al., 2015), drawn as torchvision draws it.
/// </summary>
/// <param name="Size">Rows and columns of the result.</param>
public sealed record RandomResizedCrop(int Size) : ImageTransform
{
    /// <summary>The smallest part of the area, above 0.</summary>
    public double LeastArea { get; init; } = 0.08;

    /// <summary>The largest part of the area, up to 1.</summary>
    public double MostArea { get; init; } = 1;

    /// <summary>The smallest ratio of width to height.</summary>
    public double LeastAspect { get; init; } = 3.0 / 4;

    /// <summary>The largest ratio of width to height.</summary>
    public double MostAspect { get; init; } = 4.0 / 3;

    /// <summary>How it is resized.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>The crop a recipe asks for.</summary>
    /// <param name="range">Its size, areas and aspects.</param>
    /// <returns>The transform.</returns>
    public static RandomResizedCrop Of(CropRange range)
    {
        ArgumentNullException.ThrowIfNull(range);
        return new RandomResizedCrop(range.Size)
        {
            LeastArea = range.LeastArea, MostArea = range.MostArea, LeastAspect = range.LeastAspect, MostAspect = range.MostAspect,
            Interpolation = range.Bicubic ? Interpolation.Bicubic : Interpolation.Bilinear,
        };
    }

    /// <inheritdoc/>
    public override RgbImage Apply(RgbImage image, Random random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        return Resized(image.Part((width, height) => Draw(width, height, random)));
    }

    /// <summary>The part resized: nothing beyond it counts.</summary>
    internal RgbImage Resized(RgbImage part) => Resampling.Resize(part, Size, Size, Interpolation);

    /// <summary>Draws the part of an image.</summary>
    internal ImagePart Draw(int columns, int rows, Random random)
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var area = columns * rows * Between(random, LeastArea, MostArea);
            var aspect = Math.Exp(Between(random, Math.Log(LeastAspect), Math.Log(MostAspect)));
            var width = (int)Math.Round(Math.Sqrt(area * aspect));
            var height = (int)Math.Round(Math.Sqrt(area / aspect));
            if (width > 0 && width <= columns && height > 0 && height <= rows)
            {
                return new(random.Next(columns - width + 1), random.Next(rows - height + 1), width, height);
            }
        }

        // ten draws that do not fit: the middle, as close to the aspects as it goes
        var whole = (double)columns / rows;
        var (fallbackWidth, fallbackHeight) = whole < LeastAspect ? (columns, (int)Math.Round(columns / LeastAspect))
            : whole > MostAspect ? ((int)Math.Round(rows * MostAspect), rows)
            : (columns, rows);
        return new((columns - fallbackWidth) / 2, (rows - fallbackHeight) / 2, fallbackWidth, fallbackHeight);
    }

    private static double Between(Random random, double low, double high) => low + ((high - low) * random.NextDouble());
}

/// <summary>Resizes so that the shorter side has a length, the other in proportion.</summary>
/// <param name="ShorterSide">Pixels.</param>
/// <param name="Interpolation">How it is resized.</param>
public sealed record Resize(int ShorterSide, Interpolation Interpolation = Interpolation.Bilinear) : ImageTransform
{
    /// <inheritdoc/>
    public override RgbImage Apply(RgbImage image, Random random)
    {
        ArgumentNullException.ThrowIfNull(image);
        var (width, height) = image.Width < image.Height
            ? (ShorterSide, (int)((long)ShorterSide * image.Height / image.Width))
            : ((int)((long)ShorterSide * image.Width / image.Height), ShorterSide);
        return Resampling.Resize(image, width, height, Interpolation);
    }
}

/// <summary>The square in the middle; an image that is too small is surrounded with black.</summary>
/// <param name="Size">Rows and columns.</param>
public sealed record CenterCrop(int Size) : ImageTransform
{
    /// <inheritdoc/>
    public override RgbImage Apply(RgbImage image, Random random)
    {
        ArgumentNullException.ThrowIfNull(image);
        return RandomCrop.Cut(image, (int)Math.Round((image.Width - Size) / 2.0), (int)Math.Round((image.Height - Size) / 2.0), Size,
            Size);
    }
}

/// <summary>A square at a random place, after black is put around the image.</summary>
/// <param name="Size">Rows and columns.</param>
/// <param name="Padding">Pixels of black on each side.</param>
public sealed record RandomCrop(int Size, int Padding = 0) : ImageTransform
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The padded image is smaller than the square.</exception>
    public override RgbImage Apply(RgbImage image, Random random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        var (width, height) = (image.Width + (2 * Padding), image.Height + (2 * Padding));
        if (width < Size || height < Size)
        {
            throw new ArgumentException(
                $"An image of {image.Width} x {image.Height} pixels with {Padding} around it holds no square of {Size}.", nameof(image));
        }

        return Cut(image, random.Next(width - Size + 1) - Padding, random.Next(height - Size + 1) - Padding, Size, Size);
    }

    /// <summary>Cuts out a rectangle; what lies outside the image is black.</summary>
    internal static RgbImage Cut(RgbImage image, int left, int top, int width, int height)
    {
        var result = new byte[width * height * RgbImage.Channels];
        var (from, to) = (Math.Max(left, 0), Math.Min(left + width, image.Width));
        for (var y = Math.Max(top, 0); y < Math.Min(top + height, image.Height) && to > from; y++)
        {
            image.Pixels.AsSpan(((y * image.Width) + from) * RgbImage.Channels, (to - from) * RgbImage.Channels)
                .CopyTo(result.AsSpan((((y - top) * width) + from - left) * RgbImage.Channels));
        }

        return new RgbImage(width, height, result);
    }
}

/// <summary>Left and right exchanged, with a probability.</summary>
/// <param name="Probability">0 to 1.</param>
public sealed record RandomFlip(double Probability = 0.5) : ImageTransform
{
    /// <inheritdoc/>
    public override RgbImage Apply(RgbImage image, Random random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        return random.NextDouble() < Probability
            ? Resampling.Affine(image, image.Width, image.Height, [-1, 0, image.Width, 0, 1, 0], Interpolation.Nearest, [0, 0, 0])
            : image;
    }
}
