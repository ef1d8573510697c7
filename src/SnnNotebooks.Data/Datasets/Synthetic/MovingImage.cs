namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>What a camera sees that moves before a still image. Beyond the image its edge goes on.</summary>
public sealed class MovingImage
{
    private readonly float[] pixels;
    private readonly int columns;
    private readonly int rows;
    private readonly ImageMotion motion;

    /// <summary>Puts a camera before an image, its view in the middle.</summary>
    /// <param name="pixels">Intensities, row by row, 0 or more.</param>
    /// <param name="columns">The image's columns.</param>
    /// <param name="motion">How the camera moves.</param>
    /// <param name="width">Columns of the view.</param>
    /// <param name="height">Rows of the view.</param>
    /// <exception cref="ArgumentException">The pixels make no whole rows, or an intensity is negative or no number.</exception>
    public MovingImage(float[] pixels, int columns, ImageMotion motion, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(motion);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.Length == 0 || pixels.Length % columns != 0 || pixels.Any(value => !(value >= 0) || float.IsInfinity(value)))
        {
            throw new ArgumentException(
                $"{pixels.Length} intensities are no image of {columns} columns; expected whole rows of finite values of 0 or more.",
                nameof(pixels));
        }

        (this.pixels, this.columns, rows, this.motion, Width, Height) = (pixels, columns, pixels.Length / columns, motion, width, height);
    }

    /// <summary>Columns of the view.</summary>
    public int Width { get; }

    /// <summary>Rows of the view.</summary>
    public int Height { get; }

    /// <summary>The view at a time, sampled bilinearly.</summary>
    /// <param name="seconds">Seconds from the start.</param>
    /// <param name="view">Gets <see cref="Height"/> rows of <see cref="Width"/> intensities.</param>
    public void View(double seconds, Span<float> view)
    {
        var (right, down, turn) = motion.At(seconds);
        var (sine, cosine) = Math.SinCos(turn);
        var (middleX, middleY) = ((columns - 1) / 2.0, (rows - 1) / 2.0);
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                var (fromX, fromY) = (x - ((Width - 1) / 2.0), y - ((Height - 1) / 2.0));
                view[(y * Width) + x] = At(
                    middleX + right + (fromX * cosine) - (fromY * sine), middleY + down + (fromX * sine) + (fromY * cosine));
            }
        }
    }

    private float At(double x, double y)
    {
        x = Math.Clamp(x, 0, columns - 1);
        y = Math.Clamp(y, 0, rows - 1);
        var (left, top) = ((int)x, (int)y);
        var (rightOf, below) = (Math.Min(left + 1, columns - 1), Math.Min(top + 1, rows - 1));
        var (partX, partY) = ((float)(x - left), (float)(y - top));
        var upper = pixels[(top * columns) + left] + (partX * (pixels[(top * columns) + rightOf] - pixels[(top * columns) + left]));
        var lower = pixels[(below * columns) + left] + (partX * (pixels[(below * columns) + rightOf] - pixels[(below * columns) + left]));
        return upper + (partY * (lower - upper));
    }
}
