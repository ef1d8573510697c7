using SnnNotebooks.Datasets.Events;

namespace SnnNotebooks.Datasets.Synthetic;

/// <summary>
/// The pixel of an event camera (P. Lichtsteiner et al., 2008): it remembers a logarithmic intensity and fires when the present one has
/// moved a threshold away;
/// then it rests, and remembers the intensity at the end of its rest. Thresholds differ from pixel to pixel; some events are noise.
/// Between samples of the scene the logarithm is taken to be linear, so that event times do not cling to the samples.
/// </summary>
public sealed record DvsPixelModel
{
    /// <summary>The rise of log intensity that makes an ON event, above 0.</summary>
    public double OnThreshold { get; init; } = 0.2;

    /// <summary>The fall of log intensity that makes an OFF event, above 0.</summary>
    public double OffThreshold { get; init; } = 0.2;

    /// <summary>
    /// The standard deviation of thresholds between pixels, as a part of the threshold, 0 to 0.3. None gets below a tenth of the mean.
    /// </summary>
    public double ThresholdMismatch { get; init; } = 0.03;

    /// <summary>How long a pixel rests after an event, microseconds.</summary>
    public int RefractoryMicroseconds { get; init; } = 1000;

    /// <summary>Noise events per pixel and second, half of them ON.</summary>
    public double NoiseRate { get; init; } = 0.1;

    /// <summary>Is added to intensities before the logarithm, so that black is finite, above 0.</summary>
    public double DarkLevel { get; init; } = 0.05;

    /// <summary>The time between samples of the scene, microseconds.</summary>
    public int StepMicroseconds { get; init; } = 1000;

    /// <summary>The seed of thresholds and noise.</summary>
    public int Seed { get; init; }

    /// <summary>Records a scene.</summary>
    /// <param name="scene">What the camera sees.</param>
    /// <param name="microseconds">For how long.</param>
    /// <returns>The events in the order of their times, and for each whether it is noise.</returns>
    /// <exception cref="ArgumentException">A property is outside its range.</exception>
    public SimulatedEvents Record(MovingImage scene, long microseconds)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentOutOfRangeException.ThrowIfNegative(microseconds);
        Check();
        var pixels = new Pixel[scene.Width * scene.Height];
        var thresholds = new SeededDraws(Seed, stream: 20);
        var view = new float[pixels.Length];
        scene.View(0, view);
        for (var i = 0; i < pixels.Length; i++)
        {
            var level = Level(view[i]);
            pixels[i] = new Pixel(Threshold(OnThreshold, thresholds), Threshold(OffThreshold, thresholds), level);
        }

        var events = new List<(long Time, int Pixel, bool On, bool Noise)>();
        for (var from = 0L; from < microseconds; from += StepMicroseconds)
        {
            var to = Math.Min(from + StepMicroseconds, microseconds);
            scene.View(to / 1e6, view);
            for (var i = 0; i < pixels.Length; i++)
            {
                Step(ref pixels[i], i, from, to, Level(view[i]), events);
            }
        }

        AddNoise(pixels.Length, microseconds, events);
        events.Sort((one, other) => (one.Time, one.Pixel, one.Noise).CompareTo((other.Time, other.Pixel, other.Noise)));
        var recording = new EventRecording(
            scene.Width,
            scene.Height,
            [.. events.Select(e => e.Time)],
            [.. events.Select(e => (ushort)(e.Pixel % scene.Width))],
            [.. events.Select(e => (ushort)(e.Pixel / scene.Width))],
            [.. events.Select(e => (byte)(e.On ? 1 : 0))]);
        return new SimulatedEvents(recording, [.. events.Select(e => e.Noise)]);
    }

    private double Level(float intensity) => Math.Log(intensity + DarkLevel);

    private double Threshold(double mean, SeededDraws draws) => mean * Math.Max(0.1, 1 + (ThresholdMismatch * draws.Normal()));

    /// <summary>The events of one pixel while its log intensity goes in a line from what it was to a new level.</summary>
    private void Step(ref Pixel pixel, int index, long from, long to, double level,
        List<(long Time, int Pixel, bool On, bool Noise)> events)
    {
        var (start, slope) = (pixel.Level, (level - pixel.Level) / (to - from));
        var now = (double)from;
        while (true)
        {
            if (pixel.RestsUntil > now)
            {
                if (pixel.RestsUntil > to)
                {
                    break;
                }

                now = pixel.RestsUntil;
                pixel.Remembered = start + (slope * (now - from));
            }

            var on = slope > 0;
            var crossed = pixel.Remembered + (on ? pixel.OnThreshold : -pixel.OffThreshold);
            if (slope == 0 || (on ? crossed > level : crossed < level))
            {
                break;
            }

            now = Math.Max(now, from + ((crossed - start) / slope));
            events.Add((Math.Clamp((long)Math.Round(now), from, to), index, on, false));
            pixel.Remembered = crossed;
            pixel.RestsUntil = RefractoryMicroseconds > 0 ? now + RefractoryMicroseconds : double.NegativeInfinity;
        }

        pixel.Level = level;
    }

    /// <summary>
    /// Poisson noise, drawn as waiting times, which touches nothing else: with and without it the other events are the same.
    /// </summary>
    private void AddNoise(int pixels, long microseconds, List<(long Time, int Pixel, bool On, bool Noise)> events)
    {
        if (NoiseRate == 0)
        {
            return;
        }

        var draws = new SeededDraws(Seed, stream: 21);
        var meanWait = 1e6 / (NoiseRate * pixels);
        for (var time = -meanWait * Math.Log(1 - draws.Uniform()); time < microseconds; time -= meanWait * Math.Log(1 - draws.Uniform()))
        {
            events.Add(((long)time, draws.Below(pixels), draws.Below(2) == 1, true));
        }
    }

    private void Check()
    {
        if (!(OnThreshold > 0) || !(OffThreshold > 0) || !(ThresholdMismatch is >= 0 and <= 0.3) || RefractoryMicroseconds < 0
            || !(NoiseRate is >= 0 and < 1e6) || !(DarkLevel > 0) || StepMicroseconds < 1)
        {
            throw new ArgumentException(
                $"A pixel cannot be like this: {this}. Thresholds, dark level and step are above 0, the mismatch 0 to 0.3, refractory "
                + "time and noise 0 or more.");
        }
    }

    private struct Pixel(double onThreshold, double offThreshold, double level)
    {
        public readonly double OnThreshold = onThreshold;
        public readonly double OffThreshold = offThreshold;
        public double Level = level;
        public double Remembered = level;
        public double RestsUntil = double.NegativeInfinity;
    }
}
