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
}
