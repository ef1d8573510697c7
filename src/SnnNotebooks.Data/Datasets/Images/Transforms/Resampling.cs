using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SnnNotebooks.Datasets.Images.Transforms;

/// <summary>How pixels between pixels are made.</summary>
public enum Interpolation
{
    /// <summary>The nearest pixel.</summary>
    Nearest,

    /// <summary>Straight lines between pixels.</summary>
    Bilinear,

    /// <summary>Cubic curves with a = -0.5, as Pillow has them.</summary>
    Bicubic,
}

/// <summary>Resizing and affine maps of images as Pillow does them: the same 8-bit steps, so the same bytes.</summary>
internal static class Resampling
{
    internal const int Precision = 32 - 8 - 2; // bits of a weight after the point, as in Pillow's 8-bit resampling
    internal const int Half = 1 << (Precision - 1);

    /// <summary>Resizes; where the image shrinks, every pixel counts (antialiasing).</summary>
    public static RgbImage Resize(RgbImage image, int width, int height, Interpolation interpolation)
    {
        if (interpolation == Interpolation.Nearest)
        {
            return Affine(image, width, height, [(double)image.Width / width, 0, 0, 0, (double)image.Height / height, 0],
                Interpolation.Nearest, [0, 0, 0]);
        }

        var current = width == image.Width ? image : RowResampling.Of(image, Weights(image.Width, width, interpolation));
        return height == image.Height ? current : Vertically(current, Weights(image.Height, height, interpolation), height);
    }

    /// <summary>
    /// For each pixel of the result the place in the source: x' = a x + b y + c, y' = d x + e y + f, at pixel middles. Places outside get
    /// the fill.
    /// </summary>
    public static RgbImage Affine(RgbImage image, int width, int height, double[] map, Interpolation interpolation, byte[] fill)
    {
        if (interpolation == Interpolation.Nearest)
        {
            return NearestPixels.Of(image, width, height, map, fill);
        }

        var result = new byte[width * height * RgbImage.Channels];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var fromX = (map[0] * (x + 0.5)) + (map[1] * (y + 0.5)) + map[2];
                var fromY = (map[3] * (x + 0.5)) + (map[4] * (y + 0.5)) + map[5];
                var target = result.AsSpan(((y * width) + x) * RgbImage.Channels, RgbImage.Channels);
                if (fromX < 0 || fromX >= image.Width || fromY < 0 || fromY >= image.Height)
                {
                    fill.CopyTo(target);
                }
                else
                {
                    Sample(image, fromX - 0.5, fromY - 0.5, interpolation, target);
                }
            }
        }

        return new RgbImage(width, height, result);
    }

    private static void Sample(RgbImage image, double x, double y, Interpolation interpolation, Span<byte> target)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (partX, partY) = (x - left, y - top);
        for (var channel = 0; channel < RgbImage.Channels; channel++)
        {
            var value = interpolation == Interpolation.Bilinear
                ? Line(Line(At(image, left, top, channel), At(image, left + 1, top, channel), partX),
                    Line(At(image, left, top + 1, channel), At(image, left + 1, top + 1, channel), partX), partY)
                : Cubic(Row(image, left, top - 1, channel, partX), Row(image, left, top, channel, partX),
                    Row(image, left, top + 1, channel, partX), Row(image, left, top + 2, channel, partX), partY);
            target[channel] = (byte)Math.Clamp(value, 0, 255);
        }
    }

    private static double Row(RgbImage image, int left, int y, int channel, double part) =>
        Cubic(At(image, left - 1, y, channel), At(image, left, y, channel), At(image, left + 1, y, channel),
            At(image, left + 2, y, channel), part);

    private static int At(RgbImage image, int x, int y, int channel) =>
        image.Pixels[(((Math.Clamp(y, 0, image.Height - 1) * image.Width) + Math.Clamp(x, 0, image.Width - 1)) * RgbImage.Channels)
            + channel];

    private static double Line(double a, double b, double part) => a + ((b - a) * part);

    private static double Cubic(double a, double b, double c, double d, double part)
    {
        var p1 = b;
        var p2 = -a + c;
        var p3 = (2 * (a - b)) + c - d;
        var p4 = -a + b - c + d;
        return p1 + (part * (p2 + (part * (p3 + (part * p4)))));
    }

    /// <summary>For each pixel of a line the first pixel of the source that counts, and the weights of all that do.</summary>
    private static (int First, int[] Weights)[] Weights(int size, int count, Interpolation interpolation)
    {
        var scale = (double)size / count;
        var stretch = Math.Max(scale, 1);
        var support = (interpolation == Interpolation.Bilinear ? 1 : 2) * stretch;
        var all = new (int, int[])[count];
        for (var i = 0; i < count; i++)
        {
            var middle = (i + 0.5) * scale;
            var first = Math.Max((int)(middle - support + 0.5), 0);
            var last = Math.Min((int)(middle + support + 0.5), size);
            var weights = new double[last - first];
            var sum = 0.0;
            for (var at = 0; at < weights.Length; at++)
            {
                weights[at] = Filter((at + first - middle + 0.5) / stretch, interpolation);
                sum += weights[at];
            }

            all[i] = (first, Array.ConvertAll(weights, weight =>
            {
                var part = weight / sum * (1 << Precision);
                return (int)(part < 0 ? part - 0.5 : part + 0.5);
            }));
        }

        return all;
    }

    private static double Filter(double x, Interpolation interpolation)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        return interpolation == Interpolation.Bilinear ? Math.Max(1 - x, 0)
            : x < 1 ? ((((A + 2) * x) - (A + 3)) * x * x) + 1
            : x < 2 ? ((((x - 5) * x) + 8) * x - 4) * A
            : 0;
    }

    private static RgbImage Vertically(RgbImage image, (int First, int[] Weights)[] rows, int height)
    {
        var stride = image.Width * RgbImage.Channels;
        var result = GC.AllocateUninitializedArray<byte>(stride * height);
        for (var y = 0; y < height; y++)
        {
            var (first, weights) = rows[y];
            Combine(image.Pixels.AsSpan(first * stride), stride, weights, result.AsSpan(y * stride, stride));
        }

        return new RgbImage(image.Width, height, result);
    }

    /// <summary>The weighted sum of rows.</summary>
    private static void Combine(ReadOnlySpan<byte> rows, int stride, int[] weights, Span<byte> target)
    {
        var done = 0;
        for (; done <= stride - Vector128<byte>.Count; done += Vector128<byte>.Count)
        {
            var half = Vector128.Create(Half);
            var (first, second, third, fourth) = (half, half, half, half);
            for (var row = 0; row < weights.Length; row++)
            {
                var weight = Vector128.Create(weights[row]);
                var (low, high) = Vector128.Widen(Vector128.Create(rows[((row * stride) + done)..]));
                first += Vector128.WidenLower(low).AsInt32() * weight;
                second += Vector128.WidenUpper(low).AsInt32() * weight;
                third += Vector128.WidenLower(high).AsInt32() * weight;
                fourth += Vector128.WidenUpper(high).AsInt32() * weight;
            }

            Vector128.Narrow(
                Vector128.Narrow(Cut(first), Cut(second)).AsUInt16(), Vector128.Narrow(Cut(third), Cut(fourth)).AsUInt16())
                .CopyTo(target[done..]);
        }

        for (; done < stride; done++)
        {
            var sum = Half;
            for (var row = 0; row < weights.Length; row++)
            {
                sum += rows[(row * stride) + done] * weights[row];
            }

            target[done] = (byte)Math.Clamp(sum >> Precision, 0, 255);
        }
    }

    /// <summary>Sums without what stands after their points, cut to the range of bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector128<int> Cut(Vector128<int> sums) =>
        Vector128.Min(Vector128.Max(sums >> Precision, Vector128<int>.Zero), Vector128.Create(255));
}
