using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>Generated stand-ins for natural scenes and movies: grey images of 0 to 1 with natural statistics (dead leaves).</summary>
public static class NaturalStimuli
{
    private const int SmallestSize = 16;
    private const int LargestSize = 512;

    /// <summary>Unrelated scenes.</summary>
    /// <param name="count">How many.</param>
    /// <param name="size">Height and width in pixels, 16 to 512.</param>
    /// <param name="seed">Which scenes.</param>
    /// <returns>[count, 1, size, size], float32, 0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static Tensor Scenes(int count, int size, int seed)
    {
        Check(count, size);
        var pixels = new float[(long)count * size * size];
        Parallel.For(0, count, scene => new LeafScene(new SeededDraws(seed, 20_000 + scene), size).Paint(Frame(pixels, scene, size), 0, 0, 0));
        return tensor(pixels, [count, 1, size, size]);
    }

    /// <summary>One uncut shot: the camera wanders smoothly over a scene, nearer shapes pass faster, and every shape drifts a little.</summary>
    /// <param name="frames">How many frames, meant for 30 per second.</param>
    /// <param name="size">Height and width in pixels, 16 to 512.</param>
    /// <param name="seed">Which movie.</param>
    /// <returns>[frames, 1, size, size], float32, 0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static Tensor Movie(int frames, int size, int seed)
    {
        Check(frames, size);
        var draws = new SeededDraws(seed, stream: 20);
        var scene = new LeafScene(draws, size);
        var camera = new (double X, double Y)[frames];
        var (x, y, speedX, speedY) = (0.0, 0.0, 0.0, 0.0);
        for (var frame = 0; frame < frames; frame++)
        {
            camera[frame] = (x, y);

            // a velocity that forgets itself within about a second, of about 1/40 of the view per frame
            speedX = (0.96 * speedX) + (0.007 * size * draws.Normal());
            speedY = (0.96 * speedY) + (0.007 * size * draws.Normal());
            (x, y) = (x + speedX, y + speedY);
        }

        var pixels = new float[(long)frames * size * size];
        Parallel.For(0, frames, frame => scene.Paint(Frame(pixels, frame, size), camera[frame].X, camera[frame].Y, frame));
        return tensor(pixels, [frames, 1, size, size]);
    }

    private static Span<float> Frame(float[] pixels, int frame, int size) => pixels.AsSpan(frame * size * size, size * size);

    private static void Check(int count, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, SmallestSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, LargestSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)count * size * size, Array.MaxLength);
    }
}
