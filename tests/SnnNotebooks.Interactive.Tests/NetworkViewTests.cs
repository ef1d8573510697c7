using SnnNotebooks.Layers;
using SnnNotebooks.Models;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Tests;

public sealed class NetworkViewTests
{
    [Fact]
    public void A_summary_counts_parameters_shapes_rates_and_operations()
    {
        using var first = nn.Linear(3, 4, hasBias: false);
        using var second = nn.Linear(4, 2, hasBias: false);
        using (no_grad())
        {
            first.weight!.fill_(10);
            second.weight!.fill_(-10);
        }

        second.weight.requires_grad = false;
        using var network = nn.Sequential(
            ("first", first), ("spikes", new LIFNode(tau: 2.0)), ("second", second), ("more", new LIFNode(tau: 2.0)));
        using var sample = ones(5, 1, 3);

        var lines = network.ShowSummary(sample).ToString().Split(Environment.NewLine);

        Assert.StartsWith("20 parameters, 12 of them trained; on an input of [5, 1, 3]", lines[0], StringComparison.Ordinal);
        // all values of the input alike count as spikes; the first neurons fire at every step, the last ones never
        Assert.Matches(@"^  first +Linear +12 +yes +0 +\[5, 1, 4\] +60$", lines[3]);
        Assert.Matches(@"^  spikes +LIFNode +0 +0 +carried +\[5, 1, 4\] +1\.0000$", lines[4]);
        Assert.Matches(@"^  second +Linear +8 +no +0 +\[5, 1, 2\] +40$", lines[5]);
        Assert.Matches(@"^  more +LIFNode +0 +0 +carried +\[5, 1, 2\] +0\.0000$", lines[6]);
        Assert.True(network.training);
    }

    [Fact]
    public void A_summary_takes_its_hooks_away_and_keeps_no_tensor()
    {
        using var network = new ConvSnn(new ConvSnnOptions(Channels: 2, Hidden: 4));
        using var sample = rand(2, 1, 28, 28);
        network.ShowSummary(sample);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        network.ShowSummary(sample);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Contains("[4, 2, 10]", network.ShowSummary(sample).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_without_modules_or_of_two_inputs_has_a_summary()
    {
        using var empty = nn.Sequential();
        using var bilinear = nn.Bilinear(2, 2, 1);
        using var sample = ones(1, 2);

        Assert.Contains("0 parameters", empty.ShowSummary().ToString(), StringComparison.Ordinal);
        Assert.Contains("5 parameters", bilinear.ShowSummary().ToString(), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => bilinear.ShowSummary(sample));
    }

    [Fact]
    public void Parameters_show_their_gradients_and_what_is_broken()
    {
        using var network = nn.Sequential(("a", nn.Linear(2, 3)));
        using var input = ones(1, 2);

        Assert.Matches(@"a\.weight +\[3, 2\] .*none", network.ShowParameters().ToString());
        using var loss = network.call(input).sum();
        loss.backward();
        Assert.Contains("mean 1, deviation 0, zeros 0.0 %", network.ShowParameters().ToString(), StringComparison.Ordinal);
        using (no_grad())
        {
            network.parameters().First().fill_(double.NaN);
        }

        Assert.Contains("no finite value, 6 NaN or infinite", network.ShowParameters().ToHtml(), StringComparison.Ordinal);
    }
}
