using SnnNotebooks.Neurons;

namespace SnnNotebooks.Tests.Neurons;

public sealed class PhasePortraitTests
{
    [Fact]
    public void A_leaky_neuron_rests_at_its_input()
    {
        var portrait = PhasePortrait.Of(new LIFNode(4), [0.3, 1.4], -1, 2);

        var point = Assert.Single(portrait.FixedPoints); // that of 1.4 lies beyond the threshold
        Assert.Equal(0.3, point.Potential, 9);
        Assert.True(point.Stable);
        Assert.Equal((0.3 - -1) / 4, portrait.Curves[0].Change[0], 12);
    }

    [Fact]
    public void A_neuron_that_forgets_nothing_has_no_point_or_any()
    {
        Assert.Empty(PhasePortrait.Of(new IFNode(), [0.1], -1, 1).FixedPoints);
        Assert.Empty(PhasePortrait.Of(new IFNode(), [0.0], -1, 1).FixedPoints);
    }

    [Fact]
    public void Between_two_points_of_a_parabola_one_attracts_and_one_repels()
    {
        var portrait = PhasePortrait.Of(new Parabola(), [0.0], -0.51, 0.9, points: 1001);

        Assert.Equal([true, false], portrait.FixedPoints.Select(point => point.Stable));
        Assert.Equal(0, portrait.FixedPoints[0].Potential, 4);
        Assert.Equal(0.7, portrait.FixedPoints[1].Potential, 4);
    }

    [Fact]
    public void Bad_ranges_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => PhasePortrait.Of(new IFNode(), [0], 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => PhasePortrait.Of(new IFNode(), [0], 0, double.PositiveInfinity));
        Assert.Throws<ArgumentOutOfRangeException>(() => PhasePortrait.Of(new IFNode(), [0], 0, 1, points: 1));
    }

    private sealed class Parabola : PointNeuron
    {
        protected override Lane Charge(Lane v, Lane x) => v + ((x + (v * (v - 0.7))) / 2);
    }
}
