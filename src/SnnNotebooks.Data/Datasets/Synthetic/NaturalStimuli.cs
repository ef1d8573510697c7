using static TorchSharp.torch;

namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>Generated stand-ins for natural scenes and movies: grey images of 0 to 1 with natural statistics (dead leaves).</summary>
public static class NaturalStimuli
{
    private const int SmallestSize = 16;
    private const int LargestSize = 512;
    private const int Layouts = 12;
    private const int Orientations = 5;
    private const int Waves = 24;
    private const double TextureContrast = 0.1;

    /// <summary>
    /// Scenes that share two things in a crossed design: one of 12 layouts of shapes, shown slightly displaced, and one of 10 textures
    /// (5 orientations of two scales) with new phases every time. What is alike for fine, local filters (the layout) is not what is alike
    /// for tolerant ones (the texture), so that the geometry of responses changes along a visual hierarchy.
    /// </summary>
    /// <param name="count">How many; scene i has layout i mod 12 and texture i / 12 mod 10.</param>
    /// <param name="size">Height and width in pixels, 16 to 512.</param>
    /// <param name="seed">Which scenes.</param>
    /// <returns>[count, 1, size, size], float32, 0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static Tensor Scenes(int count, int size, int seed)
    {
        Check(count, size);
        var layouts = Enumerable.Range(0, Layouts)
            .Select(layout => new LeafScene(new SeededDraws(seed, 20_000 + layout), size, smallest: 0.1, contrast: 0)).ToArray();
        var pixels = new float[(long)count * size * size];
        Parallel.For(0, count, scene =>
        {
            var draws = new SeededDraws(seed, 21_000 + scene);
            var image = Frame(pixels, scene, size);
            layouts[scene % Layouts].Paint(image, size * 0.011 * draws.Normal(), size * 0.011 * draws.Normal(), 0);
            AddTexture(image, draws, size, scene / Layouts);
        });
        return tensor(pixels, [count, 1, size, size]);
    }

    /// <summary>
    /// One uncut shot: the camera wanders smoothly over a scene, nearer shapes pass faster, and every shape drifts a little.
    /// </summary>
    /// <param name="frames">How many frames, meant for 30 per second.</param>
    /// <param name="size">Height and width in pixels, 16 to 512.</param>
    /// <param name="seed">Which movie.</param>
    /// <returns>[frames, 1, size, size], float32, 0 to 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static Tensor Movie(int frames, int size, int seed)
    {
        Check(frames, size);
        var draws = new SeededDraws(seed, stream: 20);
        var scene = new LeafScene(draws, size, smallest: 1.0 / 24, contrast: 0.25);
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

    /// <summary>Noise of one orientation and scale: many plane waves of about the same direction and length with random phases.</summary>
    private static void AddTexture(Span<float> image, SeededDraws draws, int size, int texture)
    {
        var orientation = Math.PI * (texture % Orientations) / Orientations;
        var length = size * (texture / Orientations % 2 == 0 ? 0.07 : 0.14);
        var waves = new (double X, double Y, double Phase)[Waves];
        for (var wave = 0; wave < Waves; wave++)
        {
            var (sine, cosine) = Math.SinCos(orientation + (0.2 * draws.Normal()));
            var frequency = 2 * Math.PI / length * Math.Exp(0.2 * draws.Normal());
            waves[wave] = (frequency * cosine, frequency * sine, draws.Uniform(0, 2 * Math.PI));
        }

        var amplitude = TextureContrast * Math.Sqrt(2.0 / Waves);
        for (var pixel = 0; pixel < image.Length; pixel++)
        {
            var sum = 0.0;
            foreach (var (x, y, phase) in waves)
            {
                sum += Math.Sin((x * (pixel % size)) + (y * (pixel / size)) + phase);
            }

            image[pixel] = (float)Math.Clamp(0.15 + (0.7 * image[pixel]) + (amplitude * sum), 0, 1);
        }
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
