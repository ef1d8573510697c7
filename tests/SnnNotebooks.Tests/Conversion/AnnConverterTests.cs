using SnnNotebooks.Conversion;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Conversion;

public sealed class AnnConverterTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_time_the_rates_become_the_activations(bool perChannel)
    {
        using var scope = NewDisposeScope();
        using var network = Network(7);
        var data = rand(32, 2, 8, 8);
        using var converted = AnnConverter.Convert(network, [data], new ConversionOptions(ActivationScale.Max, perChannel));
        using var off = no_grad();
        var wanted = network.call(data);
        double Error(int steps)
        {
            converted.Reset();
            return (converted.Run(data, steps).mean([0]) - wanted).abs().mean().item<float>();
        }

        var (few, many) = (Error(16), Error(1024));
        Assert.True(many < few / 8, $"error {few} after 16 steps, {many} after 1024");
        Assert.True(many < 0.02 * wanted.abs().mean().item<float>(), $"error {many} for outputs of {wanted.abs().mean().item<float>()}");
    }

    [Fact]
    public void State_goes_on_so_that_two_halves_are_the_whole()
    {
        using var scope = NewDisposeScope();
        using var network = Network(3);
        var data = rand(4, 2, 8, 8);
        using var converted = AnnConverter.Convert(network, [data]);
        var whole = converted.Run(data, 20);
        converted.Reset();
        Assert.True(whole.equal(cat([converted.Run(data, 8), converted.Run(data, 12)])).all().item<bool>());
        converted.Reset();
        Assert.True(whole.equal(converted.call(data.unsqueeze(0).expand([20, 4, 2, 8, 8]))).all().item<bool>());
    }

    [Fact]
    public void The_original_is_not_changed()
    {
        using var scope = NewDisposeScope();
        using var network = Network(5);
        double Sum() => network.state_dict().Sum(entry => entry.Value.to(ScalarType.Float64).abs().sum().item<double>());
        var before = Sum();
        using var converted = AnnConverter.Convert(network, [rand(6, 2, 8, 8)]);
        converted.Run(rand(6, 2, 8, 8), 5);
        Assert.Equal(before, Sum());
    }

    [Fact]
    public void Converting_and_running_leave_no_tensor()
    {
        using var network = nn.Sequential(("a", nn.Linear(4, 6)), ("b", nn.ReLU()), ("c", nn.Linear(6, 2)), ("d", nn.ReLU()));
        using var data = rand(16, 4);
        long Left(Action round)
        {
            var before = SnnNotebooks.TestSupport.LiveTensors.Settled();
            for (var i = 0; i < 5; i++)
            {
                round();
            }

            return SnnNotebooks.TestSupport.LiveTensors.Settled() - before;
        }

        // a Linear or Conv that is made and disposed leaves tensors of TorchSharp's own
        var own = Left(() =>
        {
            nn.Linear(4, 6).Dispose();
            nn.Linear(6, 2).Dispose();
        });
        Assert.Equal(own, Left(() =>
        {
            using var converted = AnnConverter.Convert(network, [data, data]);
            converted.Run(data, 5).Dispose();
        }));
    }

    [Fact]
    public void The_new_network_shares_nothing_with_the_original_and_moves_as_a_whole()
    {
        using var scope = NewDisposeScope();
        using var network = Network(9);
        var data = rand(4, 2, 8, 8);
        using var converted = AnnConverter.Convert(network, [data]);
        var before = converted.Run(data, 20);
        using (no_grad())
        {
            foreach (var parameter in network.parameters())
            {
                parameter.zero_();
            }
        }

        converted.Reset();
        Assert.True(before.equal(converted.Run(data, 20)).all().item<bool>());
        converted.to(ScalarType.Float64);
        converted.Reset();
        Assert.True(before.to(ScalarType.Float64).allclose(converted.Run(data.to(ScalarType.Float64), 20), 1e-3, 1e-5));
        Assert.All(network.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
    }

    [Fact]
    public void A_scan_finds_the_layer_that_is_clipped()
    {
        using var scope = NewDisposeScope();
        using var network = Network(11);
        var data = rand(40, 2, 8, 8);
        var labels = network.call(data).argmax(1);
        using var converted = AnnConverter.Convert(network, [data], new ConversionOptions(ActivationScale.Max));
        var scan = ConversionScan.Run(network, converted, data, labels, 64, batch: 16);
        Assert.Equal(1, scan.OriginalAccuracy);
        Assert.Equal(64, scan.Accuracy.Count);
        Assert.True(scan.Accuracy[^1] > scan.Accuracy[0] && scan.Accuracy[^1] > 0.8, $"accuracy {scan.Accuracy[0]} to {scan.Accuracy[^1]}");
        Assert.All(scan.Layers, layer => Assert.Equal(0, layer.Clipped));

        using var tight = AnnConverter.Convert(network, [data], new ConversionOptions(ActivationScale.Fraction(0.2)));
        var clipped = ConversionScan.Run(network, tight, data, labels, 64, batch: 16);
        Assert.All(clipped.Layers, layer => Assert.True(layer.Clipped > 0.05));
        Assert.True(clipped.Layers[0].Error > scan.Layers[0].Error);
    }

    [Fact]
    public void What_cannot_be_converted_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        string Refused(nn.Module network) => Assert.Throws<ArgumentException>(() => AnnConverter.Convert(network, [ones(1, 2)])).Message;
        using var gelu = nn.Sequential(("a", nn.Linear(2, 2)), ("b", nn.GELU()));
        Assert.Contains("Layer b is a GELU", Refused(gelu), StringComparison.Ordinal);
        using var pooled = nn.Sequential(("a", nn.MaxPool2d(2)), ("b", nn.ReLU()));
        Assert.Contains("average pooling", Refused(pooled), StringComparison.Ordinal);
        using var linear = nn.Sequential(("a", nn.Linear(2, 2)));
        Assert.Contains("no ReLU", Refused(linear), StringComparison.Ordinal);
        using var early = nn.Sequential(("a", nn.BatchNorm1d(2)), ("b", nn.ReLU()));
        Assert.Contains("Layer a", Refused(early), StringComparison.Ordinal);
        using var relu = nn.Sequential(("a", nn.ReLU()));
        Assert.Contains("was 0", Assert.Throws<InvalidOperationException>(() => AnnConverter.Convert(relu, [-ones(1, 2)])).Message,
            StringComparison.Ordinal);
        Assert.Contains("calibration batch", Assert.Throws<ArgumentException>(() => AnnConverter.Convert(relu, [])).Message,
            StringComparison.Ordinal);
    }

    private static TorchSharp.Modules.Sequential Network(int seed)
    {
        manual_seed(seed);
        var network = nn.Sequential(
            ("conv", nn.Conv2d(2, 6, 3, padding: 1)),
            ("norm", nn.BatchNorm2d(6)),
            ("relu", nn.ReLU()),
            ("pool", nn.AvgPool2d(2)),
            ("flat", nn.Flatten()),
            ("hidden", nn.Linear(96, 20)),
            ("relu2", nn.ReLU()),
            ("drop", nn.Dropout(0.5)),
            ("out", nn.Linear(20, 5)));
        using (no_grad())
        using (var data = rand(64, 2, 8, 8))
        {
            network.call(data).Dispose(); // running statistics that are not the initial ones
        }

        network.eval();
        return network;
    }
}
