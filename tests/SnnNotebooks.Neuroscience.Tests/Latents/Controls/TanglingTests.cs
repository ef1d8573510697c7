using SnnNotebooks.Latents.Controls;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents.Controls;

public sealed class TanglingTests
{
    private const int Bins = 200;
    private const double Width = 0.01;

    [Fact]
    public void A_circle_is_little_tangled_and_a_figure_of_eight_much()
    {
        using var scope = NewDisposeScope();
        var angle = 2 * Math.PI * arange(Bins, dtype: ScalarType.Float64) / Bins;
        var circle = stack([angle.cos(), angle.sin()], 1).unsqueeze(0);
        var eight = stack([angle.cos(), (2 * angle).sin()], 1).unsqueeze(0);

        // on a circle |v - v'| = w |x - x'|: Q is w^2 d / (d + e) at the largest squared distance 4
        var speed = Math.Sin(2 * Math.PI / Bins) / Width;
        double[] q = [.. Tangling.Of(circle, Width).Cast<double>()];
        Assert.Equal(Bins - 2, q.Length);
        Assert.All(q, value => Assert.InRange(value, speed * speed * 4 / 4.11, speed * speed * 4 / 4.09));

        // where it crosses itself the states are one, and the velocities differ by 2 v
        Assert.True(Tangling.Of(eight, Width).Cast<double>().Max() > 20 * q.Max());
    }

    [Fact]
    public void Trajectories_that_meet_and_part_are_compared_across_conditions()
    {
        using var scope = NewDisposeScope();
        var line = linspace(-1, 1, 51, dtype: ScalarType.Float64).unsqueeze(1);
        var along = cat([line, zeros_like(line)], 1);

        var alone = Tangling.Of(along.unsqueeze(0), 1).Cast<double>().Max();
        var against = Tangling.Of(stack([along, along.flip(0)]), 1).Cast<double>().Max();

        Assert.Equal(0, alone, 12);
        Assert.InRange(against, 0.04 * 0.04 * 4 / 0.04, 1); // (2 v)^2 / e, v = 0.04 per bin, e a tenth of a third
    }

    [Fact]
    public void Noise_is_more_tangled_than_what_it_hides()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var angle = 2 * Math.PI * arange(50, dtype: ScalarType.Float64) / 50;
        var circles = stack([angle.cos(), angle.sin()], 1).unsqueeze(0).repeat(40, 1, 1) + (0.05 * randn(40, 50, 2));
        string[] conditions = [.. Enumerable.Range(0, 40).Select(trial => $"{trial % 2}")];

        var rotation = Tangling.Percentile90(circles, conditions, 0.02, draws: 40);
        var noise = Tangling.Percentile90(randn(40, 50, 2), conditions, 0.02, draws: 40);

        Assert.True(rotation.Highest < noise.Lowest, $"{rotation} {noise}");
    }

    [Fact]
    public void Single_trajectories_have_an_interval_too()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var walks = randn(12, 30, 3).cumsum(1);
        double[] q = [.. Tangling.Of(walks, 0.1).Cast<double>().Order()];

        var tangled = Tangling.Percentile90OfEach(walks, 0.1, draws: 50);

        Assert.Equal(q[(int)Math.Ceiling(0.9 * q.Length) - 1], tangled.Value, 12);
        Assert.True(tangled.Lowest < tangled.Highest && tangled.Lowest <= tangled.Value, $"{tangled}");
        Assert.Equal(tangled, Tangling.Percentile90OfEach(walks, 0.1, draws: 50));
        Assert.NotEqual(tangled, Tangling.Percentile90OfEach(walks, 0.1, draws: 50, seed: 1));
        Assert.Equal(double.NaN, Tangling.Percentile90OfEach(walks[..1], 0.1).Lowest);
        Assert.Throws<ArgumentException>(() => Tangling.Percentile90OfEach(walks[0], 0.1));
    }

    [Fact]
    public void What_has_no_velocity_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("[2, 2, 3]", Assert.Throws<ArgumentException>(() => Tangling.Of(randn(2, 2, 3), 0.1)).Message,
            StringComparison.Ordinal);
        Assert.Contains("do not vary", Assert.Throws<ArgumentException>(() => Tangling.Of(ones(2, 5, 3), 0.1)).Message,
            StringComparison.Ordinal);
    }
}
