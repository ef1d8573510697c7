using SnnNotebooks.Memristive;
using SnnNotebooks.Memristive.Devices;
using SnnNotebooks.Memristive.Experiments;
using TorchSharp;

namespace SnnNotebooks.Tests.Memristive;

public sealed class ExperimentTests
{
    private static readonly NetworkOptions Small = NetworkOptions.Dense(12, 2);

    [Fact]
    public void Every_system_of_the_ablation_learns_an_easy_task()
    {
        var (train, test) = (Samples.Halves(200, 1), Samples.Halves(100, 2));
        var systems = Ablation.Systems(Small, TrainingPlan.HighPrecision(4), new TrainingPlan(4, Schedule.Constant(0.02)));
        var alone = Ablation.Alone(Small, TrainingPlan.HighPrecision(4), new TrainingPlan(4, new Schedule(0.02, 0.001)));
        foreach (var summary in Trials.Run([.. systems, .. alone], train, test, [1]))
        {
            Assert.True(summary.Mean(20) > 0.95, $"{summary.Name}: {summary.Mean(20)}");
            Assert.True(double.IsNaN(summary.Deviation(20)));
        }
    }

    [Fact]
    public void Results_do_not_depend_on_threads()
    {
        var (train, test) = (Samples.Halves(60, 1), Samples.Halves(40, 2));
        Trial[] trials = [.. DeviceStudy.BinaryStochasticCandidates("device", TypicalDevices.Moderate.Options, Small, 2),
            .. DeviceStudy.HighPrecisionCandidates("device", TypicalDevices.Moderate.Options, Small, 2)];
        var threads = torch.get_num_threads();
        double[] Run(int count)
        {
            torch.set_num_threads(count);
            return [.. Trials.Run(trials, train, test, [1, 2]).SelectMany(summary => summary.Results)
                .SelectMany(result => result.Accuracies.Select(pass => pass.Vote).Concat(result.Epochs[^1].WeightSizes))];
        }

        try
        {
            Assert.Equal(Run(1), Run(4));
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    [Fact]
    public void The_best_candidate_is_the_one_with_the_best_held_out_accuracy()
    {
        var (train, heldOut) = Samples.Halves(200, 1).Split(60);
        Assert.Equal((140, 60), (train.Count, heldOut.Count));
        Trial Make(string name, double step) =>
            new(name, LearningRule.BinaryStochastic, new TrainingPlan(2, Schedule.Constant(step)), Small);
        var (best, all) = Trials.Choose([Make("too small", 1e-7), Make("right", 0.02)], train, heldOut, seed: 1, passes: 20);
        Assert.Equal("right", best.Name);
        Assert.Equal(all.Max(summary => summary.Mean(20)), all[1].Mean(20));
    }

    [Fact]
    public void High_precision_on_noisy_devices_is_averaged_as_well()
    {
        var (train, test) = (Samples.Halves(40, 1), Samples.Halves(40, 2));
        var quiet = new Trial("quiet", DeviceStudy.HighPrecision, DeviceStudy.HighPrecisionPlan(1),
            Small with { Device = new DeviceOptions() });
        var noisy = quiet with { Network = Small with { Device = new DeviceOptions { ReadNoise = 0.2 } } };
        var runs = Trials.Run([quiet, noisy], train, test, [1]);
        Assert.Equal([1], runs[0].Results[0].Accuracies.Select(accuracy => accuracy.Passes));
        Assert.Equal([1, 5, 20], runs[1].Results[0].Accuracies.Select(accuracy => accuracy.Passes));
    }

    [Fact]
    public void Means_and_deviations_are_those_of_the_seeds()
    {
        var trial = new Trial("t", LearningRule.BinaryStochastic, TrainingPlan.Quick, Small);
        TrialResult Result(double accuracy) => new(trial, 1, [new PassAccuracy(1, accuracy, 0), new PassAccuracy(5, 1, 0)], []);
        var summary = new TrialSummary("t", [Result(0.8), Result(0.9), Result(0.7)]);
        Assert.Equal(0.8, summary.Mean(1), 1e-12);
        Assert.Equal(0.1, summary.Deviation(1), 1e-12);
        Assert.Contains("1, 5 passes, not for 7", Assert.Throws<ArgumentException>(() => summary.Mean(7)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Maps_vary_what_they_say_and_histories_count_every_device()
    {
        var (train, test) = (Samples.Halves(100, 1), Samples.Halves(100, 2));
        var trial = new Trial("B5", LearningRule.BinaryStochastic, DeviceStudy.Dense(2), Small);
        var map = RobustnessMap.Run(
            trial, [0, 1], [0, 0.5], (device, stuck, noise) => device with { StuckOff = stuck, CycleToCycle = noise }, train, test, 1, 5);
        Assert.True(map.Accuracies[0, 0] > 0.9, $"{map.Accuracies[0, 0]}");
        Assert.InRange(map.Accuracies[1, 0], 0.3, 0.7);

        var network = new StochasticNetwork(Small with { Device = new DeviceOptions { StuckOn = 0.2 } }, 8, 8);
        var history = ConductanceHistory.Train(network, LearningRule.BinaryStochastic, DeviceStudy.Dense(3), train, bins: 10);
        Assert.Equal(4, history.Shares.Count);
        Assert.Equal(11, history.Edges.Count);
        Assert.All(history.Shares, shares => Assert.Equal(1, shares.Sum(), 1e-9));
        Assert.All(history.Shares, shares => Assert.InRange(shares[^1], 0.13, 1));
        Assert.Throws<ArgumentException>(
            () => ConductanceHistory.Train(new StochasticNetwork(Small, 8, 8), LearningRule.BinaryStochastic, DeviceStudy.Dense(1), train));
    }
}
