using SnnNotebooks.Datasets.Neural;
using SnnNotebooks.Interactive.Views;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Tests;

public sealed class SpikeTrainViewTests
{
    [Fact]
    public void A_raster_orders_and_groups_its_neurons()
    {
        // neuron 0 silent, 1 fires late and often, 2 early and once
        using var spikes = tensor(new[] { 0f, 0, 1, 0, 1, 0, 0, 1, 0 }).reshape(3, 3);

        Assert.Equal(["    0 ...", "    1 .||", "    2 |.."], Rows(spikes.ShowRaster()));
        Assert.Equal(["    1 .||", "    2 |..", "    0 ..."], Rows(spikes.ShowRaster(order: RasterOrder.Rate)));
        Assert.Equal(["    2 |..", "    1 .||", "    0 ..."], Rows(spikes.ShowRaster(order: RasterOrder.FirstSpike)));
        Assert.Equal(["b:", "    2 |..", "    0 ...", "a:", "    1 .||"],
            Rows(spikes.ShowRaster(order: RasterOrder.Rate, groups: ["b", "a", "b"])));
        Assert.Contains("rank by rate", spikes.ShowRaster(order: RasterOrder.Rate).ToHtml(), StringComparison.Ordinal);
        Assert.Contains("3 neurons and 1 names", Assert.Throws<ArgumentException>(() => spikes.ShowRaster(groups: ["a"])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Intervals_are_those_of_each_neuron()
    {
        using var spikes = tensor(new[] { 1f, 0, 0, 1, 1, 0, 0, 0, 1, 1 }).reshape(5, 2);
        using var scalar = tensor(1f);
        using var none = zeros(5, 0);

        Assert.EndsWith("3 intervals, mean 2.333 time steps, median 2 time steps, coefficient of variation 0.202",
            spikes.ShowIntervals().ToString(), StringComparison.Ordinal);
        Assert.EndsWith("no neuron fires twice", none.ShowIntervals().ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => scalar.ShowIntervals());
    }

    [Fact]
    public void Intervals_of_units_are_in_milliseconds() =>
        Assert.Contains("3 intervals, mean 20 ms, median 10 ms",
            new NeuralUnit[] { new(1, null, [1, 1.01, 1.02]), new(2, null, [0.5, 0.54]), new(3, null, []) }.ShowIntervals()
                .ToString(), StringComparison.Ordinal);

    [Fact]
    public void A_rate_around_events_has_a_band_where_there_are_trials_to_scatter()
    {
        NeuralUnit[] units = [new(1, null, [0.05, 1.05, 1.06])];
        using var two = Psth.Around(units, new[] { 0.0, 1.0 }, 0, 0.1, 2);
        using var one = Psth.Around(units, new[] { 0.0 }, 0, 0.1, 2);

        Assert.Equal("a: mean 7.5 spikes/s, highest 15 at 0.05 s", new[] { ("a", two) }.Show().ToString());
        Assert.Contains("tonexty", new[] { ("a", two) }.Show().ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("tonexty", new[] { ("a", one) }.Show().ToHtml(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Array.Empty<(string, Psth)>().Show());
        Assert.Contains("1 units", Assert.Throws<ArgumentOutOfRangeException>(() => new[] { ("a", one) }.Show(1)).Message,
            StringComparison.Ordinal);
    }

    private static string[] Rows(RasterView raster) => raster.ToString().Split(Environment.NewLine)[1..^1];
}
