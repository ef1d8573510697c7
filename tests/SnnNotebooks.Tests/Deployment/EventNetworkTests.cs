using SnnNotebooks.Deployment;
using SnnNotebooks.Exchange.Nir;
using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Deployment;

public sealed class EventNetworkTests
{
    private static readonly NirExportOptions Soft = new(AnnotateSoftReset: true);

    [Fact]
    public void It_fires_the_spikes_of_the_trained_network()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            using var scope = NewDisposeScope();
            manual_seed(seed);
            using var network = Network(seed % 2 == 0);
            var input = (rand([20, 1, 2, 9, 7]) < 0.3).to(ScalarType.Float32);
            using var off = no_grad();
            var expected = network.call(input).squeeze(1);
            var deployed = EventNetwork.From(NirExporter.Export(network, [2, 9, 7], Soft), new NirOptions(1e-3));
            Assert.True(expected.sum().item<float>() > 0, $"seed {seed}: the network is silent, so that the test shows nothing");
            Assert.Equal(expected.flatten().data<float>().ToArray(), Run(deployed, input));
        }
    }

    /// <summary>Sums of several vector registers and what is left of one, kernels cut at each border, float32 and whole numbers.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(8)]
    public void Wide_layers_fire_the_spikes_of_the_trained_network(int? bits)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var network = nn.Sequential(
            ("0", new OverTime(nn.Conv2d(3, 41, (3, 4), padding: (1, 2)))),
            ("1", new IFNode(threshold: 4)),
            ("2", new OverTime(nn.Flatten(), nn.Linear(41 * 5 * 7, 2 * 67))),
            ("3", new LIFNode(2.0, threshold: 16)),
            ("4", new OverTime(nn.Linear(2 * 67, 5))),
            ("5", new IFNode()));
        using var off = no_grad();
        foreach (var parameter in network.parameters())
        {
            // whole numbers with the largest 127, so that rounding to 8 bits changes nothing
            parameter.copy_((rand_like(parameter) * 254).floor() - 127 + (parameter.dim() == 1 ? 120 : 0));
            parameter[0] = 127;
            parameter.view(parameter.shape[0], -1).select(1, 0).fill_(127);
            parameter.div_(64);
        }

        var input = (rand([12, 1, 3, 5, 6]) < 0.2).to(ScalarType.Float32);
        var expected = network.call(input).flatten().data<float>().ToArray();
        var deployed = EventNetwork.From(NirExporter.Export(network, [3, 5, 6], Soft), new NirOptions(1e-3), bits);
        Assert.Contains(1f, expected);
        Assert.Contains(0f, expected);
        Assert.Equal(expected, Run(deployed, input));
    }

    [Fact]
    public void Events_at_one_place_add_up_also_where_neurons_come_first()
    {
        using var scope = NewDisposeScope();
        using var network = nn.Sequential(("n", new IFNode(threshold: 1.5)));
        var graph = NirExporter.Export(network, [4], Soft);
        Assert.Equal([0f, 1f, 0f, 0f], EventNetwork.From(graph, new NirOptions(1e-3)).Step([1, 2, 1]).ToArray());
    }

    [Fact]
    public void Events_one_by_one_and_whole_frames_give_the_same()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = Network(hard: true);
        var graph = NirExporter.Export(network, [2, 9, 7], Soft);
        var (frames, events) = (EventNetwork.From(graph, new NirOptions(1e-3)), EventNetwork.From(graph, new NirOptions(1e-3)));
        var input = (rand(15, 126) < 0.3).to(ScalarType.Float32);
        var total = 0f;
        foreach (var step in input.unbind(0))
        {
            var dense = step.data<float>().ToArray();
            var fired = Enumerable.Range(0, dense.Length).Where(i => dense[i] != 0).ToArray();
            var output = frames.Step(dense).ToArray();
            Assert.Equal(output, events.Step(fired).ToArray());
            total += output.Sum();
        }

        Assert.True(total > 0);
        Assert.Equal(frames.SynapticOperations, events.SynapticOperations);
        events.Reset();
        Assert.Equal(0, events.SynapticOperations);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    public void Weights_in_few_bits_do_what_the_rounded_weights_do(int bits)
    {
        using var scope = NewDisposeScope();
        manual_seed(bits);
        using var linear = nn.Linear(30, 10);
        using var network = nn.Sequential(("l", new OverTime(linear)), ("n", new IFNode()));
        using var off = no_grad();
        var largest = (1 << (bits - 1)) - 1;

        // scales of a power of two, so that the rounded weights are the same in both
        var whole = (rand_like(linear.weight!) * ((2 * largest) + 1)).floor() - largest;
        whole.index_put_(tensor((float)largest), TensorIndex.Colon, TensorIndex.Single(0));
        linear.weight!.copy_((whole / 64) + ((rand_like(whole) - 0.5) / 300));
        linear.weight.index_put_(tensor(largest / 64f), TensorIndex.Colon, TensorIndex.Single(0));
        linear.bias!.zero_();
        var input = (rand(25, 1, 30) < 0.4).to(ScalarType.Float32);
        var deployed = EventNetwork.From(NirExporter.Export(network, [30], Soft), new NirOptions(1e-3), bits);
        var found = Run(deployed, input);
        linear.weight.copy_(whole / 64);
        var expected = network.call(input).flatten().data<float>().ToArray();
        Assert.Equal(expected, found);
        Assert.Contains(1f, expected);
        Assert.Equal(300 + (10 * 4) + (10 * 4), deployed.WeightBytes);
    }

    [Fact]
    public void A_step_costs_what_its_spikes_cost_and_allocates_nothing()
    {
        using var scope = NewDisposeScope();
        using var linear = nn.Linear(50, 20);
        using var network = nn.Sequential(("l", new OverTime(linear)), ("n", new IFNode(threshold: 100)));
        var deployed = EventNetwork.From(NirExporter.Export(network, [50], Soft), new NirOptions(1e-3));
        int[] fired = [3, 7, 49];
        deployed.Step(fired);
        Assert.Equal(60, deployed.SynapticOperations);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var t = 0; t < 100; t++)
        {
            deployed.Step(fired);
        }

        // an object a step would be 2,400 bytes; the runtime may take some once
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, (100 * 24) - 1);
    }

    [Fact]
    public void What_it_cannot_run_and_wrong_input_are_named()
    {
        using var scope = NewDisposeScope();
        using var grouped = nn.Sequential(("c", new OverTime(nn.Conv2d(2, 2, 3, groups: 2))), ("n", new IFNode()));
        Assert.Contains("groups",
            Assert.Throws<NirException>(
                () => EventNetwork.From(NirExporter.Export(grouped, [2, 5, 5], Soft), new NirOptions(1e-3))).Message,
                    StringComparison.Ordinal);
        using var network = Network(hard: true);
        var deployed = EventNetwork.From(NirExporter.Export(network, [2, 9, 7], Soft), new NirOptions(1e-3));
        Assert.Contains("126", Assert.Throws<ArgumentException>(() => deployed.Step(new float[5])).Message, StringComparison.Ordinal);
        Assert.Contains("place 126", Assert.Throws<ArgumentException>(() => deployed.Step([126])).Message, StringComparison.Ordinal);
    }

    private static float[] Run(EventNetwork network, Tensor input) =>
        [.. input.unbind(0).SelectMany(step => network.Step(step.contiguous().data<float>().ToArray()).ToArray())];

    /// <summary>Weights are multiples of 1/64, so that sums are exact in any order.</summary>
    private static TorchSharp.Modules.Sequential Network(bool hard)
    {
        double? reset = hard ? 0.0 : null;
        var network = nn.Sequential(
            ("0", new OverTime(nn.Conv2d(2, 5, (3, 2), stride: (2, 1), padding: (1, 1), dilation: (1, 2)))),
            ("1", new IFNode(reset: reset)),
            ("2", new OverTime(nn.AvgPool2d(2), nn.Conv2d(5, 6, 2))),
            ("3", new LIFNode(2.0, reset: reset)),
            ("4", new OverTime(nn.Flatten(), nn.Linear(6 * 1 * 2, 9))),
            ("5", new IFNode(threshold: 0.75, reset: reset)));
        using var off = no_grad();
        foreach (var parameter in network.parameters())
        {
            parameter.copy_(((rand_like(parameter) * 160) - 50).floor() / 64);
        }

        return network;
    }
}
