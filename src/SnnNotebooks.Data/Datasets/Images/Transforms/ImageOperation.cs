using System.Globalization;

namespace SnnNotebooks.Datasets.Images.Transforms;

/// <summary>The operations of AutoAugment and RandAugment on bytes, as Pillow does them.</summary>
internal static class ImageOperation
{
    public static RgbImage AutoContrast(RgbImage image) => ByChannel(image, histogram =>
    {
        var low = Array.FindIndex(histogram, count => count > 0);
        var high = Array.FindLastIndex(histogram, count => count > 0);
        if (high <= low)
        {
            return null;
        }

        var scale = 255.0 / (high - low);
        var offset = -low * scale;
        return value => (int)((value * scale) + offset);
    });

    public static RgbImage Equalize(RgbImage image) => ByChannel(image, histogram =>
    {
        var used = histogram.Where(count => count > 0).ToArray();
        var step = used.Length <= 1 ? 0 : (used.Sum() - used[^1]) / 255;
        if (step == 0)
        {
            return null;
        }

        var table = new int[256];
        var sum = step / 2;
        for (var value = 0; value < 256; value++)
        {
            table[value] = sum / step;
            sum += histogram[value];
        }

        return value => table[value];
    });

    public static RgbImage Invert(RgbImage image) => ByValue(image, value => 255 - value);

    public static RgbImage Posterize(RgbImage image, int bits) =>
        bits >= 8 ? image : ByValue(image, value => value & ~((1 << (8 - bits)) - 1));

    public static RgbImage Solarize(RgbImage image, double threshold) => ByValue(image, value => value < threshold ? value : 255 - value);

    public static RgbImage SolarizeAdd(RgbImage image, int amount) =>
        ByValue(image, value => value < 128 ? Math.Min(255, value + amount) : value);

    public static RgbImage Color(RgbImage image, double factor) => Blend(Grey(image), image, factor);

    public static RgbImage Contrast(RgbImage image, double factor)
    {
        var grey = Grey(image).Pixels;
        var sum = 0L;
        for (var at = 0; at < grey.Length; at += RgbImage.Channels)
        {
            sum += grey[at];
        }

        var mean = new byte[grey.Length];
        Array.Fill(mean, (byte)(((double)sum / (grey.Length / RgbImage.Channels)) + 0.5));
        return Blend(new RgbImage(image.Width, image.Height, mean), image, factor);
    }

    public static RgbImage Brightness(RgbImage image, double factor) =>
        Blend(new RgbImage(image.Width, image.Height, new byte[image.Pixels.Length]), image, factor);

    public static RgbImage Sharpness(RgbImage image, double factor) => Blend(Smooth(image), image, factor);

    /// <summary>
    /// Turns about the middle, counter-clockwise as seen where positive; the matrix is rounded to 15 decimals, as Pillow's is.
    /// </summary>
    public static RgbImage Rotate(RgbImage image, double degrees, Interpolation interpolation, byte[] fill)
    {
        var turned = degrees % 360;
        var angle = -((turned < 0 ? turned + 360 : turned) * (Math.PI / 180));
        var (sine, cosine) = (Rounded(Math.Sin(angle)), Rounded(Math.Cos(angle)));
        var (middleX, middleY) = (image.Width / 2.0, image.Height / 2.0);
        return Affine(image, [cosine, sine, (cosine * -middleX) + (sine * -middleY) + middleX, -sine, cosine,
            (-sine * -middleX) + (cosine * -middleY) + middleY], interpolation, fill);

        static double Rounded(double value) =>
            double.Parse(value.ToString("F15", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }

    public static RgbImage ShearX(RgbImage image, double factor, Interpolation interpolation, byte[] fill) =>
        Affine(image, [1, factor, 0, 0, 1, 0], interpolation, fill);

    public static RgbImage ShearY(RgbImage image, double factor, Interpolation interpolation, byte[] fill) =>
        Affine(image, [1, 0, 0, factor, 1, 0], interpolation, fill);

    public static RgbImage Translate(RgbImage image, double x, double y, Interpolation interpolation, byte[] fill) =>
        Affine(image, [1, 0, x, 0, 1, y], interpolation, fill);

    private static RgbImage Affine(RgbImage image, double[] map, Interpolation interpolation, byte[] fill) =>
        Resampling.Affine(image, image.Width, image.Height, map, interpolation, fill);

    /// <summary>Pillow's weights of luma, with 16 bits after the point.</summary>
    private static RgbImage Grey(RgbImage image)
    {
        var grey = new byte[image.Pixels.Length];
        for (var at = 0; at < grey.Length; at += RgbImage.Channels)
        {
            var value =
                (byte)(((image.Pixels[at] * 19595) + (image.Pixels[at + 1] * 38470) + (image.Pixels[at + 2] * 7471) + 0x8000) >> 16);
            grey.AsSpan(at, RgbImage.Channels).Fill(value);
        }

        return new RgbImage(image.Width, image.Height, grey);
    }

    /// <summary>A 3 x 3 mean whose middle counts five times; the border stays as it is.</summary>
    private static RgbImage Smooth(RgbImage image)
    {
        var smooth = image.Pixels.ToArray();
        var stride = image.Width * RgbImage.Channels;
        for (var y = 1; y < image.Height - 1; y++)
        {
            for (var at = (y * stride) + RgbImage.Channels; at < ((y + 1) * stride) - RgbImage.Channels; at++)
            {
                var sum = 4 * image.Pixels[at];
                for (var row = at - stride; row <= at + stride; row += stride)
                {
                    sum += image.Pixels[row - RgbImage.Channels] + image.Pixels[row] + image.Pixels[row + RgbImage.Channels];
                }

                smooth[at] = (byte)((sum / 13.0) + 0.5);
            }
        }

        return new RgbImage(image.Width, image.Height, smooth);
    }

    /// <summary>From one image (0) to another (1) and beyond, cut to bytes without rounding.</summary>
    private static RgbImage Blend(RgbImage from, RgbImage to, double factor)
    {
        var result = new byte[to.Pixels.Length];
        for (var at = 0; at < result.Length; at++)
        {
            result[at] = (byte)Math.Clamp(from.Pixels[at] + ((float)factor * (to.Pixels[at] - from.Pixels[at])), 0, 255);
        }

        return new RgbImage(to.Width, to.Height, result);
    }

    private static RgbImage ByValue(RgbImage image, Func<int, int> map)
    {
        var table = new byte[256];
        for (var value = 0; value < 256; value++)
        {
            table[value] = (byte)Math.Clamp(map(value), 0, 255);
        }

        return new RgbImage(image.Width, image.Height, Array.ConvertAll(image.Pixels, value => table[value]));
    }

    private static RgbImage ByChannel(RgbImage image, Func<int[], Func<int, int>?> mapOf)
    {
        var result = image.Pixels.ToArray();
        for (var channel = 0; channel < RgbImage.Channels; channel++)
        {
            var histogram = new int[256];
            for (var at = channel; at < result.Length; at += RgbImage.Channels)
            {
                histogram[result[at]]++;
            }

            if (mapOf(histogram) is not { } map)
            {
                continue;
            }

            for (var at = channel; at < result.Length; at += RgbImage.Channels)
            {
                result[at] = (byte)Math.Clamp(map(result[at]), 0, 255);
            }
        }

        return new RgbImage(image.Width, image.Height, result);
    }
}
