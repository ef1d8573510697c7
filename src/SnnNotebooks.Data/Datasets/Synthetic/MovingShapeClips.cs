using SnnNotebooks.Datasets.Video;
using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>
/// Clips of one coloured shape that moves before a still background, in eight actions: right, left, down, up, round clockwise, round
/// counter-clockwise, growing, shrinking. Shape, colour, size, place, speed and background are drawn without regard to the action, and
/// actions come in pairs that are each other's time reversal:
/// no single frame, and no set of frames without their order, tells the two of a pair apart.
/// </summary>
public sealed record MovingShapeClips
{
    private const int Shapes = 4;
    private const int Channels = 3;
    private const double Margin = 1.5;

    /// <summary>The eight actions, in the order of their labels.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = ["right", "left", "down", "up", "clockwise", "counter-clockwise", "growing",
        "shrinking"];

    /// <summary>Clips of each action, at least 1.</summary>
    public int ClipsPerClass { get; init; } = 20;

    /// <summary>Frames of a clip, at least 2.</summary>
    public int Frames { get; init; } = 16;

    /// <summary>Rows and columns, pixels, at least 20.</summary>
    public int Size { get; init; } = 32;

    /// <summary>The standard deviation of the noise of each pixel, as a part of the full range, 0 to 0.5.</summary>
    public double Noise { get; init; } = 0.02;

    /// <summary>The seed. Different seeds give different clips: one for training, another for testing.</summary>
    public int Seed { get; init; }

    /// <summary>Draws the clips, actions in turn.</summary>
    /// <returns>Clips Byte [N, T, 3, H, W]; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">A property is outside its range.</exception>
    public ClipDataset Generate()
    {
        Check();
        var count = ClipsPerClass * ClassNames.Count;
        var bytes = new byte[checked((long)count * Frames * Channels * Size * Size)];
        var perClip = bytes.Length / count;
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, get_num_threads()) }, clip =>
            Draw(clip, bytes.AsSpan(clip * perClip, perClip)));
        using var scope = NewDisposeScope();
        var labels = Enumerable.Range(0, count).Select(clip => (long)(clip % ClassNames.Count)).ToArray();
        return new ClipDataset(tensor(bytes, [count, Frames, Channels, Size, Size], ScalarType.Byte), tensor(labels), ClassNames);
    }

    /// <summary>The true course of the shape of a clip: for each frame the place of its middle and its radius, pixels.</summary>
    /// <param name="clip">The clip, in the order <see cref="Generate"/> gives.</param>
    /// <returns>As many places as the clip has frames.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such clip, or a setting is out of range.</exception>
    public IReadOnlyList<(double X, double Y, double Radius)> Course(int clip)
    {
        Check();
        ArgumentOutOfRangeException.ThrowIfNegative(clip);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(clip, ClipsPerClass * ClassNames.Count);
        return CourseOf(clip, new SeededDraws(Seed, stream: 1000 + clip));
    }

    private (double X, double Y, double Radius)[] CourseOf(int clip, SeededDraws draws)
    {
        var radius = Size * draws.Uniform(0.1, 0.17);
        var reach = Size * draws.Uniform(0.12, 0.22); // half the way of a shift, or the radius of a round
        var turn = draws.Uniform(0, 2 * Math.PI);
        var sweep = draws.Uniform(0.6, 1.2) * Math.PI;
        var swing = draws.Uniform(0.35, 0.55);
        var kind = clip % ClassNames.Count / 2;
        var direction = clip % 2 == 0 ? 1 : -1;
        var (reachX, reachY) = kind switch
        {
            0 => (reach, 0.0),
            1 => (0.0, reach),
            2 => (reach, reach),
            _ => (0.0, 0.0),
        };
        var largest = kind == 3 ? radius * (1 + swing) : radius;
        double Middle(double way) => draws.Uniform(largest + way + Margin, Size - 1 - largest - way - Margin);
        var (middleX, middleY) = (Middle(reachX), Middle(reachY));
        return [.. Enumerable.Range(0, Frames).Select(frame =>
        {
            var way = direction * ((2.0 * frame / (Frames - 1)) - 1); // from -1 to 1, or back
            var angle = turn + (way * sweep);
            return kind switch
            {
                0 => (middleX + (way * reach), middleY, radius),
                1 => (middleX, middleY + (way * reach), radius),
                2 => (middleX + (reach * Math.Cos(angle)), middleY + (reach * Math.Sin(angle)), radius),
                // rows go down, so this is clockwise as seen
                _ => (middleX, middleY, radius * (1 + (way * swing))),
            };
        })];
    }

    private void Draw(int clip, Span<byte> target)
    {
        var course = CourseOf(clip, new SeededDraws(Seed, stream: 1000 + clip));
        var draws = new SeededDraws(Seed, stream: -1000 - clip);
        var shape = draws.Below(Shapes);
        var tilt = draws.Uniform(0, 2 * Math.PI);
        var (sine, cosine) = Math.SinCos(tilt);
        var isLight = draws.Below(2) == 1;
        double Shade(bool light) => light ? draws.Uniform(0.65, 1) : draws.Uniform(0, 0.35);
        double[] colour = [Shade(isLight), Shade(isLight), Shade(isLight)];
        double[] background = [Shade(!isLight), Shade(!isLight), Shade(!isLight)];
        var (slopeX, slopeY) = (draws.Uniform(-0.15, 0.15), draws.Uniform(-0.15, 0.15));
        var plane = Size * Size;
        for (var frame = 0; frame < Frames; frame++)
        {
            var (middleX, middleY, radius) = course[frame];
            var image = target.Slice(frame * Channels * plane, Channels * plane);
            for (var y = 0; y < Size; y++)
            {
                for (var x = 0; x < Size; x++)
                {
                    var (fromX, fromY) = (x - middleX, y - middleY);
                    var distance = Distance(shape, ((fromX * cosine) + (fromY * sine)) / radius,
                        ((fromY * cosine) - (fromX * sine)) / radius) * radius;
                    var cover = Math.Clamp(0.5 - distance, 0, 1); // half a pixel of soft edge on either side
                    var shading = (slopeX * ((double)x / Size)) + (slopeY * ((double)y / Size));
                    for (var channel = 0; channel < Channels; channel++)
                    {
                        var behind = background[channel] + shading;
                        var value = behind + (cover * (colour[channel] - behind)) + (Noise > 0 ? Noise * draws.Normal() : 0);
                        image[(channel * plane) + (y * Size) + x] = (byte)Math.Round(255 * Math.Clamp(value, 0, 1));
                    }
                }
            }
        }
    }

    /// <summary>The distance from the edge of a shape of radius 1, negative inside: disc, square, triangle, cross.</summary>
    private static double Distance(int shape, double x, double y) => shape switch
    {
        0 => Math.Sqrt((x * x) + (y * y)) - 1,
        1 => Math.Max(Math.Abs(x), Math.Abs(y)) - 0.75,
        2 => Math.Max(y - 0.5, Math.Max((0.866 * x) - (0.5 * y), (-0.866 * x) - (0.5 * y)) - 0.5),
        _ => Math.Max(Math.Min(Math.Abs(x), Math.Abs(y)) - 0.3, Math.Max(Math.Abs(x), Math.Abs(y)) - 0.95),
    };

    private void Check()
    {
        if (ClipsPerClass < 1 || Frames < 2 || Size < 20 || !(Noise is >= 0 and <= 0.5))
        {
            throw new ArgumentException(
                $"Clips cannot be like this: {this}. Expected at least 1 clip of each class, 2 frames, 20 pixels, and noise of 0 to 0.5.");
        }
    }
}
