using SnnNotebooks.Conformance;
using SnnNotebooks.Energy;
using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Energy;

public sealed class EnergyModelTests
{
    [Fact]
    public void SpikingJellys_numbers_come_out()
    {
        var results = ConformanceSuites.Run(Path.Combine(Repository.Root, "tests", "golden", "energy"))
            .Select(each => each.Result).ToArray();

        Assert.Equal(9, results.Length);
        Assert.All(results, result => Assert.True(result.Outcome == ConformanceOutcome.Passed, $"{result.Case}: {result.Detail}"));
    }

    [Fact]
    public void One_run_is_estimated_by_every_model_and_each_says_what_it_assumes()
    {
        using var network = new OverTime(nn.Conv2d(1, 2, 3), new IFNode());
        using var input = ones([2, 3, 1, 5, 5]);

        var run = EnergyRecorder.Record(network, input, samples: 3);
        var estimates = EnergyModels.All.Select(model => model.Estimate(run)).ToArray();

        Assert.Equal(3, estimates.DistinctBy(estimate => estimate.Model).Count());
        Assert.All(estimates, estimate => Assert.NotEmpty(estimate.Assumptions));
        // 2 steps, 9 places, 9 taps, 2 channels: additions of one input
        Assert.Equal(0.9 * 2 * 9 * 9 * 2, estimates[0].Picojoule, 9);
        // 2 steps of 9 places on one pair of crossbars
        Assert.Equal(18 * new SpikeSimCosts().Cycle(9), estimates[2].Picojoule, 9);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(8192, 2.5)]
    [InlineData(20480, 3.75)]
    [InlineData(1048576, 25)]
    [InlineData(1e9, 25)]
    public void A_byte_costs_more_in_a_larger_memory(double bytes, double picojoule) =>
        Assert.Equal(picojoule, new LemaireCosts().PerByte(bytes), 12);

    [Fact]
    public void Neurons_that_are_not_charged_are_named()
    {
        using var network = new OverTime(("first", nn.Linear(2, 2)), ("spikes", new KLIFNode()));
        using var input = ones(2, 1, 2);

        Assert.Contains("spikes (KLIFNode)", EnergyRecorder.Record(network, input, samples: 1).Uncounted);
    }
}
