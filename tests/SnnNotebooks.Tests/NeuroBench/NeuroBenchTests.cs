using System.Text.Json;
using SnnNotebooks.Conformance;
using SnnNotebooks.Conformance.NeuroBench;
using SnnNotebooks.Energy;
using SnnNotebooks.Layers;
using SnnNotebooks.Models;
using SnnNotebooks.NeuroBench;
using SnnNotebooks.Neurons;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.NeuroBench;

public sealed class NeuroBenchTests
{
    private static readonly string Golden = Path.Combine(Repository.Root, "tests", "golden", "neurobench");

    /// <summary>The smallest network of each family, where it has at most ten million parameters.</summary>
    public static TheoryData<string> Families { get; } = [.. ModelPresets.All
        .GroupBy(preset => preset.Name.Split("_imagenet")[0].Split("_cifar")[0].Split("_dvs128")[0], StringComparer.Ordinal)
        .Select(family => family.MinBy(Parameters)!)
        .Where(preset => Parameters(preset) <= 10_000_000)
        .Select(preset => preset.Name)];

    [Fact]
    public void Every_case_of_its_own_code_comes_out()
    {
        var results = ConformanceSuites.Run(Golden).Select(each => each.Result).ToArray();

        Assert.Equal(28, results.Length);
        Assert.All(results, result => Assert.True(result.Outcome == ConformanceOutcome.Passed, $"{result.Case}: {result.Detail}"));
    }

    [Theory]
    [InlineData("test_synaptic_ops: relu", 1125, 0)]
    [InlineData("test_*: snn", 0, 1000)]
    [InlineData("test_synaptic_ops: lstm", 615, 0)]
    [InlineData("test_synaptic_ops: gru", 465, 0)]
    public void The_operations_its_own_tests_ask_for_are_counted(string name, double macs, double acs)
    {
        var report = Measure(name);
        Assert.Equal((macs, acs), (report.EffectiveMacs, report.EffectiveAcs));
    }

    [Fact]
    public void The_updates_its_own_tests_ask_for_are_counted()
    {
        var report = Measure("test_*: snn");
        Assert.Equal((50, 200, 200), (report.MembraneUpdates, report.EffectiveNeuronOperations, report.DenseNeuronOperations));
        Assert.Equal(0.96, report.Layers[0].Sparsity, 12);
        Assert.Equal(20, Measure("test_neuron_operations_no_spikes").EffectiveNeuronOperations);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void Every_family_of_networks_is_measured(string name)
    {
        manual_seed(1);
        using var scope = NewDisposeScope();
        var preset = ModelPresets.Get(name);
        using var network = preset.Create();
        using var input = rand([1, .. preset.InputShape.Count == 4 ? Short(preset.InputShape) : preset.InputShape]);

        var report = NeuroBenchMeter.Measure(network, [input]);
        var products = new EnergyProfiler().Measure(network, [input], timeSteps: 1).Layers.Sum(layer => layer.Weights);

        // what padding takes is counted there and not here
        Assert.InRange(report.DenseOperations, 0.5 * products, products);
        Assert.InRange(report.EffectiveMacs + report.EffectiveAcs, 1, report.DenseOperations);
        Assert.InRange(report.ActivationSparsity, 0, 1);
        Assert.Equal(Parameters(preset), report.Parameters);
        Assert.True(report.Footprint >= 4 * report.Parameters);
        if (network.modules().OfType<SpikingNeuron>().Any())
        {
            Assert.InRange(report.EffectiveNeuronOperations, report.MembraneUpdates, report.DenseNeuronOperations);
        }
    }

    [Fact]
    public void Single_steps_count_as_a_sequence_does()
    {
        manual_seed(2);
        using var linear = nn.Linear(6, 5);
        using var neuron = new LIFNode(tau: 2.0, threshold: 0.2);
        using var input = rand(7, 3, 6).gt(0.5).to(ScalarType.Float32);
        using var sequence = new OverTime(linear, neuron);
        using var steps = nn.Sequential(linear, neuron);

        var whole = NeuroBenchMeter.Measure(sequence, [input], batchAxis: 1);
        neuron.StepMode = StepMode.Single;
        var single = NeuroBenchMeter.Measure(steps, [(3, () =>
        {
            foreach (var step in input.unbind(0))
            {
                steps.call(step);
            }
        })]);

        Assert.Equal(
            (whole.EffectiveAcs, whole.MembraneUpdates, whole.EffectiveNeuronOperations, whole.ActivationSparsity),
            (single.EffectiveAcs, single.MembraneUpdates, single.EffectiveNeuronOperations, single.ActivationSparsity));
        Assert.False(neuron.StoreVSequence);
    }

    [Fact]
    public void A_soft_reset_makes_a_leaky_neuron_four_operations()
    {
        using var neuron = new Leaky();
        using var input = ones(1, 1, 3);

        Assert.Equal(4 * 3, NeuroBenchMeter.Measure(neuron, [input], batchAxis: 1).DenseNeuronOperations);
    }

    [Fact]
    public void What_the_metrics_do_not_know_is_named()
    {
        using var network = nn.Sequential(("first", nn.Linear(3, 3)), ("up", nn.ConvTranspose1d(3, 2, 2)));
        using var input = ones(2, 3, 3);

        var report = NeuroBenchMeter.Measure(network, [input]);

        Assert.Contains("up (ConvTranspose1d): operations of a transposed convolution", report.Uncounted);
        Assert.Equal(0, report.MembraneUpdates);
    }

    [Fact]
    public void A_cell_without_a_state_counts_as_one_that_starts_from_zeros()
    {
        using var cell = nn.GRUCell(4, 3);
        using var input = ones(2, 4);
        using var zero = zeros(2, 3);

        var (without, with) = (NeuroBenchMeter.Measure(cell, [(2, () => cell.call(input, null!))]),
            NeuroBenchMeter.Measure(cell, [(2, () => cell.call(input, zero))]));

        Assert.Equal((with.EffectiveAcs, with.DenseOperations), (without.EffectiveAcs, without.DenseOperations));
    }

    [Fact]
    public void No_batch_and_a_batch_without_its_axis_are_refused()
    {
        using var network = nn.Linear(3, 3);
        using var input = ones(3);

        Assert.Contains("no batch", Assert.Throws<ArgumentException>(() => NeuroBenchMeter.Measure(network, [])).Message,
            StringComparison.Ordinal);
        Assert.Contains("axis 1", Assert.Throws<ArgumentException>(
            () => NeuroBenchMeter.Measure(network, [input], batchAxis: 1)).Message, StringComparison.Ordinal);
    }

    private static NeuroBenchReport Measure(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Golden, "metrics.json")));
        return NeuroBenchSuite.Measure(document.RootElement.GetProperty("cases").EnumerateArray()
            .First(golden => golden.GetProperty("name").GetString() == name));
    }

    private static long Parameters(ModelPreset preset) =>
        preset.Entries().Where(entry => entry.IsParameter).Sum(entry => entry.Count);

    /// <summary>Two frames in place of sixteen.</summary>
    private static IEnumerable<long> Short(IReadOnlyList<long> shape) => shape[0] == 16 ? [2, .. shape.Skip(1)] : shape;

    private sealed class Leaky() : PointNeuron([("beta", 0.9)], threshold: 1, reset: null)
    {
        protected override Lane Charge(Lane v, Lane x) => (v * Number("beta")) + x;
    }
}
