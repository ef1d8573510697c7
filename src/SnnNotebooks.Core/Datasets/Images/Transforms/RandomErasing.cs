namespace SnnNotebooks.Datasets.Images.Transforms;

/// <summary>What an erased box is filled with.</summary>
public enum Erasure
{
    /// <summary>Zeros (timm's <c>const</c>).</summary>
    Constant,

    /// <summary>A normal draw for every pixel and channel (timm's <c>pixel</c>).</summary>
    Pixel,
}

/// <summary>Erases a box of a normalised image (Z. Zhong et al., 2020), drawn as the timm library draws it.</summary>
/// <param name="Probability">0 to 1.</param>
/// <param name="Fill">What it is filled with.</param>
public sealed record RandomErasing(double Probability = 0.25, Erasure Fill = Erasure.Pixel)
{
    private const double LeastArea = 0.02;
    private const double MostArea = 1.0 / 3;
    private const double LeastAspect = 0.3;

    /// <summary>Erases in place.</summary>
    /// <param name="image">The image or clip, frame by frame, channel by channel, row by row; one box for all frames.</param>
    /// <param name="channels">Channels of all frames together.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="random">Where draws come from.</param>
    /// <exception cref="ArgumentException">The values are not channels x rows x columns.</exception>
    public void Apply(Span<float> image, int channels, int height, int width, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (image.Length != channels * height * width)
        {
            throw new ArgumentException($"{image.Length} values are no image of {channels} x {height} x {width}.", nameof(image));
        }

        if (random.NextDouble() >= Probability)
        {
            return;
        }

        for (var attempt = 0; attempt < 10; attempt++)
        {
            var area = height * width * (LeastArea + ((MostArea - LeastArea) * random.NextDouble()));
            var aspect = Math.Exp(Math.Log(LeastAspect) * ((2 * random.NextDouble()) - 1));
            var (rows, columns) = ((int)Math.Round(Math.Sqrt(area * aspect)), (int)Math.Round(Math.Sqrt(area / aspect)));
            if (rows >= height || columns >= width || rows < 1 || columns < 1)
            {
                continue;
            }

            var (top, left) = (random.Next(height - rows + 1), random.Next(width - columns + 1));
            for (var channel = 0; channel < channels; channel++)
            {
                for (var row = top; row < top + rows; row++)
                {
                    var box = image.Slice((((channel * height) + row) * width) + left, columns);
                    box.Clear();
                    for (var at = 0; Fill == Erasure.Pixel && at < box.Length; at++)
                    {
                        box[at] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
                    }
                }
            }

            return;
        }
    }
}
