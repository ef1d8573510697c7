using SnnNotebooks.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Encoders;

public sealed class EncoderTests
{
    [Theory]
    [InlineData(LatencyCurve.Linear)]
    [InlineData(LatencyCurve.Logarithmic)]
    public void Latency_gives_one_spike_per_period_and_the_larger_the_earlier(LatencyCurve curve)
    {
        using var scope = NewDisposeScope();
        var x = linspace(0, 1, 33, dtype: ScalarType.Float32);
        var spikes = new LatencyEncoder(10, curve).Encode(x, 20);

        Assert.Equal([20L, 33L], spikes.shape);
        Assert.True(spikes.sum([0]).eq(2).all().item<bool>());
        Assert.True(spikes.narrow(0, 0, 10).equal(spikes.narrow(0, 10, 10)).all().item<bool>());
        var times = spikes.narrow(0, 0, 10).argmax(0);
        Assert.True(times.diff(1, 0).le(0).all().item<bool>());
        Assert.Equal(9, times[0].item<long>());
        Assert.Equal(0, times[-1].item<long>());
    }

    [Fact]
    public void Weighted_phase_spells_the_number_in_binary()
    {
        using var scope = NewDisposeScope();
        var x = tensor(new[] { 0.625f, 0f, 0.9375f, 0.3f });
        var spikes = new WeightedPhaseEncoder(4).Encode(x);

        Assert.Equal([1f, 0, 1, 0], spikes.select(1, 0).data<float>().ToArray());
        Assert.Equal([1f, 1, 1, 1], spikes.select(1, 2).data<float>().ToArray());
        var decoded = (spikes * tensor(new[] { 0.5f, 0.25f, 0.125f, 0.0625f }).unsqueeze(1)).sum([0]);
        Assert.True((x - decoded).ge(0).logical_and((x - decoded).lt(0.0625)).all().item<bool>());
    }

    [Fact]
    public void Values_out_of_range_are_refused_with_the_range()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("from 0 to 1;",
            Assert.Throws<ArgumentException>(() => new LatencyEncoder(4).Encode(tensor(new[] { 1.5f }))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new LatencyEncoder(4).Encode(tensor(new[] { float.NaN })));
        Assert.Contains("0.9375", Assert.Throws<ArgumentException>(() => new WeightedPhaseEncoder(4).Encode(ones(1))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new LatencyEncoder(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new WeightedPhaseEncoder(24));
        Assert.Throws<ArgumentException>(() => new PeriodicEncoder(zeros(0, 3)));
    }

    [Fact]
    public void A_pattern_is_played_again_and_again()
    {
        using var scope = NewDisposeScope();
        using var encoder = new PeriodicEncoder(tensor(new[] { 1f, 0f, 0f }).unsqueeze(1));

        Assert.Equal([1f, 0, 0, 1, 0, 0, 1], encoder.Encode(7).data<float>().ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_population_fires_most_where_its_means_are_near_and_learns_its_fields(bool random)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var encoder = new PopulationEncoder(
            numbers: 1, neurons: 5, steps: 400, rangeFrom: -1, rangeTo: 1, standardDeviation: 0.4, random);
        var spikes = encoder.call(zeros(1, 1));
        var rates = spikes.mean([0]).squeeze(0);
        var expected = (linspace(-1, 1, 5, dtype: ScalarType.Float32) / 0.4).square().mul(-0.5).exp();
        spikes.sum().backward();

        Assert.True((rates - expected).abs().max().item<float>() < (random ? 0.1f : 0.005f));
        Assert.Equal(["mean", "std"], encoder.state_dict().Keys);
        Assert.True(encoder.get_parameter("std")!.grad!.abs().sum().item<float>() > 0);
        Assert.Throws<ArgumentException>(() => encoder.call(zeros(1, 2)));
    }
}
