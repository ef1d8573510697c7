using SnnNotebooks.Encoders;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Encoders;

public sealed class PoissonEncoderTests
{
    [Fact]
    public void Rates_are_the_values_and_the_seed_decides_the_spikes()
    {
        using var scope = NewDisposeScope();
        using var first = new PoissonEncoder(4);
        using var second = new PoissonEncoder(4);
        var values = tensor(new[] { 0f, 0.2f, 0.7f, 1f });

        var spikes = first.Encode(values, 4000);

        Assert.Equal([4000L, 4L], spikes.shape);
        Assert.True(spikes.equal(second.Encode(values, 4000)).all().item<bool>());
        Assert.False(spikes.equal(first.Encode(values, 4000)).all().item<bool>());

        // six standard deviations of a binomial rate
        Assert.True((spikes.mean([0]) - values).abs().max().item<float>() < 6 * Math.Sqrt(0.25 / 4000));
    }

    [Fact]
    public void Draws_of_other_devices_are_those_of_SplitMix64()
    {
        // https://rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64
        ulong[] published =
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        using var scope = NewDisposeScope();
        foreach (var (type, digits) in new[] { (ScalarType.Float64, 53), (ScalarType.Float32, 24) })
        {
            var chance = new CountedChance(1234567);
            var drawn = cat([chance.Uniform([2, 1], type, CPU).flatten(), chance.Uniform([3], type, CPU)]);
            Assert.Equal(type, drawn.dtype);
            Assert.Equal(
                published.Select(bits => Math.ScaleB(bits >> (64 - digits), -digits)),
                drawn.to(ScalarType.Float64).data<double>().ToArray());
        }
    }

    [Fact]
    public void Draws_of_other_devices_have_the_rates_of_their_values()
    {
        using var scope = NewDisposeScope();
        var values = tensor(new[] { 0f, 0.2f, 0.7f, 1f });
        for (var seed = -1; seed < 3; seed++)
        {
            var chance = new CountedChance(seed);
            var rates = stack(Enumerable.Range(0, 4000).Select(_ => PoissonEncoder.Fire(values, chance.Uniform([4], values.dtype, CPU))))
                .mean([0]);
            Assert.True((rates - values).abs().max().item<float>() < 6 * Math.Sqrt(0.25 / 4000));
        }
    }

    [Fact]
    public void An_input_elsewhere_is_encoded_there()
    {
        // the meta device stands in for a GPU: it takes no generator of the CPU either
        using var scope = NewDisposeScope();
        using var encoder = new PoissonEncoder(4);
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16 })
        {
            var spikes = encoder.Encode(zeros(3, 2, dtype: type, device: META), 5);
            Assert.Equal((TorchSharp.DeviceType.META, type), (spikes.device_type, spikes.dtype));
            Assert.Equal([5L, 3L, 2L], spikes.shape);
        }
    }
}
