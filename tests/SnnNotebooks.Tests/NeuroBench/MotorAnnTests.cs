using SnnNotebooks.NeuroBench;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.NeuroBench;

public sealed class MotorAnnTests
{
    [Theory]
    [InlineData(96, 20824, 4704)]
    [InlineData(192, 33496, 7776)]
    public void Footprint_and_operations_are_those_of_the_leaderboard(int units, long footprint, double dense)
    {
        using var network = new MotorAnn(units);
        using var spikes = ones(149, units);

        var report = NeuroBenchMeter.Measure(network, [(100, () => network.call(spikes))]);

        // the published code's buffer of one bin is not here
        Assert.Equal(footprint - (4 * units), report.Footprint);
        Assert.Equal(dense, report.DenseOperations);
    }

    [Fact]
    public void Keys_are_those_of_the_published_checkpoints()
    {
        using var network = new MotorAnn();
        string[] layers = ["fc1", "fc2", "fc3"], normalisations = ["batchnorm1", "batchnorm2"];
        var expected = layers.SelectMany(layer => new[] { $"{layer}.weight", $"{layer}.bias" }).Concat(normalisations.SelectMany(
            layer => new[] { "weight", "bias", "running_mean", "running_var", "num_batches_tracked" }.Select(name => $"{layer}.{name}")));

        Assert.Equal(expected.Order(StringComparer.Ordinal), network.state_dict().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_is_predicted_before_fifty_bins_and_each_prediction_sees_the_last_fifty()
    {
        manual_seed(3);
        using var scope = NewDisposeScope();
        using var network = new MotorAnn(4);
        network.eval();
        var spikes = rand(60, 4).round();

        var predicted = network.call(spikes);

        Assert.Equal(0, predicted.narrow(0, 0, 49).count_nonzero().item<long>());
        Assert.True(network.call(spikes.narrow(0, 10, 50))[49].allclose(predicted[59]));
        Assert.Throws<ArgumentException>(() => network.call(zeros(60, 5)));
    }
}
