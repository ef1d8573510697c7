using SnnNotebooks.Energy;
using SnnNotebooks.Layers;
using SnnNotebooks.NeuroBench;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Interactive.Tests;

public sealed class ComplexityTableTests
{
    [Fact]
    public void Metrics_of_networks_stand_side_by_side_and_what_is_not_counted_below()
    {
        using var small = nn.Linear(3, 2, hasBias: false);
        using var large = nn.Sequential(nn.Linear(3, 2000, hasBias: false), nn.ConvTranspose1d(1, 1, 1));
        using var input = ones(1, 3);
        using var longer = ones(1, 1, 3);

        var text = new[] { ("small", NeuroBenchMeter.Measure(small, [input])), ("large", NeuroBenchMeter.Measure(large, [longer])) }
            .Show().ToString();

        Assert.Matches(@"metric +small +large", text);
        Assert.Matches(@"dense synaptic operations +6 +6,000", text);
        Assert.Matches(@"not counted +1 \(ConvTranspose1d\): operations of a transposed convolution", text);
        Assert.Throws<ArgumentException>(() => Array.Empty<(string, NeuroBenchReport)>().Show());
    }

    [Fact]
    public void Every_model_ranks_the_networks_and_says_what_it_assumes()
    {
        using var once = new OverTime(nn.Linear(4, 4), new IFNode());
        using var input = ones(1, 1, 4);
        using var longer = ones(5, 1, 4);
        (string, EnergyRun)[] runs =
            [("five steps", EnergyRecorder.Record(once, longer, 1)), ("one step", EnergyRecorder.Record(once, input, 1))];

        var text = runs.Show().ToString();

        Assert.Matches(@"network +45 nm, arithmetic only +Lemaire et al\. +SpikeSim, dense +SpikeSim, events +NeuroMC, forward", text);
        Assert.Matches(@"five steps +[\d.]+ \(2\) +[\d.]+ \(2\) +0 \(1\) +0 \(1\) +[\d.]+ \(2\)", text);
        Assert.Matches(@"one step +[\d.]+ \(1\) +[\d.]+ \(1\) +0 \(1\) +0 \(1\) +[\d.]+ \(1\)", text);
        var estimates = EnergyModels.All.Select(model => model.Estimate(runs[0].Item2)).ToArray();
        Assert.All(estimates, estimate => Assert.Contains(
            estimate.Assumptions[0], estimates.ShowAssumptions().ToString(), StringComparison.Ordinal));
    }
}
