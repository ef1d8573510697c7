namespace SnnNotebooks.Datasets.Images.Transforms;

/// <summary>
/// Affine maps that take the nearest pixel, as Pillow does them: steps are added up, of scalings in float64, of all other maps in 16.16
/// fixed point, so that a place on the border of two pixels falls on the same side.
/// </summary>
internal static class NearestPixels
{
    private const int FractionBits = 16;

    /// <summary>Maps an image; see <see cref="Resampling.Affine"/>.</summary>
    public static RgbImage Of(RgbImage image, int width, int height, double[] map, byte[] fill)
    {
        var result = new byte[width * height * RgbImage.Channels];
        if (map[1] == 0 && map[3] == 0)
        {
            var (columns, rows) = (Places(map[0], map[2], width), Places(map[4], map[5], height));
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                {
                    Take(image, columns[x], rows[y], fill, result.AsSpan(((y * width) + x) * RgbImage.Channels));
                }
            }

            return new RgbImage(width, height, result);
        }

        var (startX, startY) = (Fixed(map[2] + (map[0] * 0.5) + (map[1] * 0.5)), Fixed(map[5] + (map[3] * 0.5) + (map[4] * 0.5)));
        var (right, down) = ((X: Fixed(map[0]), Y: Fixed(map[3])), (X: Fixed(map[1]), Y: Fixed(map[4])));
        for (var y = 0; y < height; y++)
        {
            var (fromX, fromY) = (startX + (y * down.X), startY + (y * down.Y));
            for (var x = 0; x < width; x++)
            {
                Take(image, fromX >> FractionBits, fromY >> FractionBits, fill, result.AsSpan(((y * width) + x) * RgbImage.Channels));
                (fromX, fromY) = (fromX + right.X, fromY + right.Y);
            }
        }

        return new RgbImage(width, height, result);
    }

    /// <summary>The source's pixel of each of a line; -1 before the first.</summary>
    private static long[] Places(double step, double offset, int count)
    {
        var places = new long[count];
        var from = offset + (step * 0.5);
        foreach (ref var place in places.AsSpan())
        {
            place = from < 0 ? -1 : (long)from;
            from += step;
        }

        return places;
    }

    private static long Fixed(double value) => (long)Math.Floor((value * (1 << FractionBits)) + 0.5);

    private static void Take(RgbImage image, long x, long y, byte[] fill, Span<byte> target)
    {
        var pixel = x >= 0 && x < image.Width && y >= 0 && y < image.Height
            ? image.Pixels.AsSpan((int)((y * image.Width) + x) * RgbImage.Channels, RgbImage.Channels)
            : fill;
        pixel.CopyTo(target);
    }
}
