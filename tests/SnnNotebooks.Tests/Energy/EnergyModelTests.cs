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

        Assert.Equal(10, results.Length);
        Assert.All(results, result => Assert.True(result.Outcome == ConformanceOutcome.Passed, $"{result.Case}: {result.Detail}"));
    }

    [Fact]
    public void One_run_is_estimated_by_every_model_and_each_says_what_it_assumes()
    {
        using var network = new OverTime(nn.Conv2d(1, 2, 3), new IFNode());
        using var input = ones([2, 3, 1, 5, 5]);

        var run = EnergyRecorder.Record(network, input, samples: 3);
        var estimates = EnergyModels.All.Select(model => model.Estimate(run)).ToArray();

        Assert.Equal(5, estimates.DistinctBy(estimate => estimate.Model).Count());
        Assert.All(estimates, estimate => Assert.NotEmpty(estimate.Assumptions));
        // 2 steps, 9 places, 9 taps, 2 channels: additions of one input
        Assert.Equal(0.9 * 2 * 9 * 9 * 2, estimates[0].Picojoule, 9);
        // 2 steps of 9 places on one pair of crossbars
        Assert.Equal(18 * new SpikeSimCosts().Cycle(9), estimates[2].Picojoule, 9);
        // 2 steps, 18 neurons: additions of 9 taps where a spike came in, and their updates
        Assert.Equal(2 * 18 * ((9 * (0.548 + 0.03425)) + 0.03425 + 0.548 + 0.812 + 0.168),
            Part(estimates[4], "layers") + Part(estimates[4], "neurons and normalisation"), 9);
    }

    [Fact]
    public void Crossbars_by_events_cost_as_much_as_dense_ones_where_everything_fires_or_nothing_is_a_spike_and_nothing_in_silence()
    {
        using var network = nn.Conv2d(3, 5, 2);
        using var spikes = ones(2, 3, 6, 6);
        using var numbers = full([2, 3, 6, 6], 0.5);
        using var silence = zeros(2, 3, 6, 6);
        double Events(Tensor input) => new SpikeSimEventEnergy().Estimate(EnergyRecorder.Record(network, input, 2)).Picojoule;
        var dense = new SpikeSimEnergy().Estimate(EnergyRecorder.Record(network, spikes, 2)).Picojoule;

        Assert.Equal(dense, Events(spikes), 9);
        Assert.Equal(dense, Events(numbers), 9);
        Assert.Equal(0, Events(silence));
    }

    [Fact]
    public void One_spike_drives_one_crossbar_in_the_windows_that_hold_it()
    {
        using var network = nn.Conv2d(6, 5, 2, padding: 1, padding_mode: PaddingModes.Circular);
        using var input = zeros(1, 6, 4, 4);
        input[0, 5, 0, 0] = 1;

        var run = EnergyRecorder.Record(network, input, samples: 1, crossbar: 4);

        // 5 x 5 windows of a picture padded to 6 x 6, in which the corner stands four times: at (1, 1), (1, 5), (5, 1) and (5, 5)
        var activity = run.Layers[0].Activity!;
        Assert.Equal((9, 9), (activity.Patches, activity.Places));
        Assert.Equal([0, 9], activity.Rows);
        // 2 crossbars for 5 outputs; the second one has 2 of 4 channels, so that each of its rows costs twice
        var costs = new SpikeSimCosts(Crossbar: 4);
        var estimate = new SpikeSimEventEnergy(costs).Estimate(run);
        Assert.Equal(2 * 9 * costs.Periphery, Part(estimate, "periphery"), 9);
        Assert.Equal(2 * 9 * 2 * costs.Array / 8, Part(estimate, "crossbar rows"), 9);
        Assert.Equal(2 * 2 * 9 * costs.Neuron, Part(estimate, "neurons"), 9);
    }

    [Fact]
    public void A_run_for_crossbars_of_another_size_is_refused()
    {
        using var network = nn.Conv2d(1, 1, 1);
        using var input = ones(1, 1, 2, 2);
        var run = EnergyRecorder.Record(network, input, samples: 1);

        var error = Assert.Throws<ArgumentException>(() => new SpikeSimEventEnergy(new SpikeSimCosts(Crossbar: 32)).Estimate(run));
        Assert.Contains("crossbar: 32", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => EnergyRecorder.Record(network, input, samples: 1, crossbar: 0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void NeuroMC_takes_the_means_of_a_normalisation_once_a_step_for_all_samples(int samples)
    {
        using var network = new OverTime(nn.BatchNorm2d(2));
        using var input = rand([4, samples, 2, 3, 3]);

        var estimate = new NeuroMcEnergy().Estimate(EnergyRecorder.Record(network, input, samples));

        // 4 steps, 2 channels, 9 places
        double values = 4 * 2 * 9 * samples, means = 4 * 2;
        Assert.Equal(
            ((((3 * values) + (2 * means)) * 0.548) + (((3 * values) + (4 * means)) * 0.812) + (means * 0.514)) / samples,
            Part(estimate, "neurons and normalisation"), 9);
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

    [Fact]
    public void A_step_of_training_charges_only_what_learns()
    {
        using var network = new OverTime(nn.Linear(3, 4), new IFNode(), nn.Linear(4, 2, hasBias: false));
        using var input = ones(2, 1, 3);
        EnergyRun Run() => EnergyRecorder.Record(network, input, samples: 1, gradients: true);
        double[] Parts(EnergyRun run) =>
            [.. new NeuroMcTrainingEnergy().Estimate(run).Parts.Select(part => part.Picojoule)];

        var whole = Run();
        Assert.Equal(new TrainedParameters(4, 20), whole.Trained);
        Assert.Equal([(false, true), (true, true)], whole.Layers.Select(layer => (layer.NeedsInputGradient, layer.NeedsWeightGradient)));
        Assert.All(whole.Neurons, neuron => Assert.True(neuron.NeedsGradient));
        Assert.All(Parts(whole), part => Assert.True(part > 0));

        // with the first layer frozen nothing before the second needs a gradient
        var first = network.parameters().Take(2).ToArray();
        Array.ForEach(first, parameter => parameter.requires_grad = false);
        var (all, left) = (Parts(whole), Parts(Run()));
        Assert.Equal((all[0], 0.0, 0.0), (left[0], left[1], left[3]));
        Assert.InRange(left[2], 1, all[2] - 1);
        Assert.Equal(all[4] * 8 / 24, left[4], 9);
    }

    [Fact]
    public void A_run_without_gradients_is_refused_by_models_of_training()
    {
        using var network = nn.Linear(2, 2);
        using var input = ones(1, 2);
        var error = Assert.Throws<ArgumentException>(
            () => new NeuroMcTrainingEnergy().Estimate(EnergyRecorder.Record(network, input, samples: 1)));

        Assert.Contains("gradients: true", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new NeuroMcTrainingEnergy((NeuroMcOptimizer)9));
    }

    private static double Part(EnergyEstimate estimate, string name) => estimate.Parts.Single(part => part.Part == name).Picojoule;
}
