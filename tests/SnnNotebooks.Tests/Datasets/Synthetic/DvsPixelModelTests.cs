using SnnNotebooks.Datasets.Synthetic;

namespace SnnNotebooks.Tests.Datasets.Synthetic;

public sealed class DvsPixelModelTests
{
    private static readonly DvsPixelModel Ideal = new()
    {
        OnThreshold = 0.25,
        OffThreshold = 0.25,
        ThresholdMismatch = 0,
        RefractoryMicroseconds = 0,
        NoiseRate = 0,
    };

    /// <summary>A view that moves along an intensity ramp exp(x): the log rises with the speed, so the events are known.</summary>
    [Theory]
    [InlineData(1.0)]
    [InlineData(-1.0)]
    public void An_ideal_pixel_fires_each_time_the_logarithm_has_moved_a_threshold(double direction)
    {
        // log intensity goes by 2 per second
        var events = (Ideal with { DarkLevel = 1e-12 }).Record(Ramp(new Translation(direction * 20, 0), 0.1), 1_020_000).Recording;

        Assert.Equal(5 * 8, events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            Assert.Equal(direction > 0 ? 1 : 0, events.On[i]);
            Assert.InRange(events.Times[i] - ((i / 5 + 1) * 125_000), -2_000, 2_000); // bilinear samples of an exponential
        }
    }

    [Fact]
    public void A_still_image_gives_noise_only_at_its_rate()
    {
        var model = Ideal with { NoiseRate = 20 };
        var events = model.Record(Ramp(new Translation(0, 0), 0.1), 50_000_000);

        Assert.All(events.IsNoise, Assert.True);
        Assert.InRange(events.Recording.Count, 5_000 - 350, 5_000 + 350); // five pixels, 50 s; five standard deviations
        Assert.InRange(events.Recording.On.Count((byte)1), 2_500 - 250, 2_500 + 250);
    }

    [Fact]
    public void A_pixel_rests_after_an_event()
    {
        var model = Ideal with { OnThreshold = 0.02, RefractoryMicroseconds = 20_000, DarkLevel = 1e-12 };
        var events = model.Record(Ramp(new Translation(20, 0), 0.1), 1_000_000).Recording;
        var last = Enumerable.Repeat(long.MinValue / 2, 5).ToArray();
        for (var i = 0; i < events.Count; i++)
        {
            Assert.True(events.Times[i] - last[events.X[i]] >= 20_000 - 1);
            last[events.X[i]] = events.Times[i];
        }

        // a rise of 0.02 takes 10 ms, then 20 ms of rest: 33 or 34 events a pixel
        Assert.InRange(events.Count, 5 * 32, 5 * 34);
    }

    [Fact]
    public void Thresholds_differ_between_pixels_and_noise_leaves_the_other_events_alone()
    {
        var scene = Ramp(new Saccades(8, 8), 0.1);
        var model = Ideal with { ThresholdMismatch = 0.2, Seed = 4 };
        var quiet = model.Record(scene, 300_000).Recording;
        var noisy = (model with { NoiseRate = 100 }).Record(scene, 300_000);
        var answers = Enumerable.Range(0, noisy.Recording.Count).Where(i => !noisy.IsNoise[i]).ToArray();

        Assert.Equal(quiet.Times.ToArray(), answers.Select(i => noisy.Recording.Times[i]));
        Assert.Equal(quiet.X.ToArray(), answers.Select(i => noisy.Recording.X[i]));
        Assert.True(noisy.IsNoise.Count(noise => noise) > 50);
        Assert.True(Enumerable.Range(0, 5).Select(pixel => quiet.X.ToArray().Count(x => x == pixel)).Distinct().Count() > 1);
        for (var i = 1; i < noisy.Recording.Count; i++)
        {
            Assert.True(noisy.Recording.Times[i] >= noisy.Recording.Times[i - 1]);
        }
    }

    [Fact]
    public void Motions_are_where_they_say()
    {
        Assert.Equal((6, -3, 0), new Translation(4, -2).At(1.5));
        Assert.Equal((0, 0, 3), new Rotation(2).At(1.5));
        var saccades = new Saccades(6, 4, 0.1);
        foreach (var (seconds, right, down) in new[] { (0.0, 0.0, 0.0), (0.1, 3, 4), (0.2, 6, 0), (0.3, 0, 0), (0.05, 1.5, 2) })
        {
            var at = saccades.At(seconds);
            Assert.Equal(right, at.Right, 6);
            Assert.Equal(down, at.Down, 6);
        }
    }

    [Fact]
    public void A_quarter_turn_shows_the_image_turned()
    {
        float[] pixels = [1, 2, 3, 4, 5, 6, 7, 8, 9];
        var view = new float[9];
        new MovingImage(pixels, 3, new Rotation(Math.PI / 2), 3, 3).View(1, view);

        // the camera turned clockwise, so the image appears turned the other way
        Assert.Equal([3, 6, 9, 2, 5, 8, 1, 4, 7], view.Select(value => (int)Math.Round(value)));
    }

    [Fact]
    public void Impossible_pixels_and_images_are_refused()
    {
        var scene = Ramp(new Translation(0, 0), 0.1);
        Assert.Throws<ArgumentException>(() => (Ideal with { OnThreshold = 0 }).Record(scene, 10));
        Assert.Throws<ArgumentException>(() => (Ideal with { ThresholdMismatch = 0.5 }).Record(scene, 10));
        Assert.Throws<ArgumentException>(() => (Ideal with { DarkLevel = double.NaN }).Record(scene, 10));
        Assert.Throws<ArgumentException>(() => new MovingImage([1, 2, 3], 2, new Rotation(1), 2, 2));
        Assert.Throws<ArgumentException>(() => new MovingImage([1, -2], 2, new Rotation(1), 2, 2));
    }

    /// <summary>Five pixels before an image whose log intensity rises by a slope per column.</summary>
    private static MovingImage Ramp(ImageMotion motion, double slope) =>
        new([.. Enumerable.Range(0, 101).Select(x => (float)Math.Exp(slope * (x - 50)))], 101, motion, 5, 1);
}
