using SnnNotebooks.Exchange;
using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Layers;

public sealed class OverTimeTests
{
    [Fact]
    public void Neurons_see_the_sequence_and_stateless_modules_all_steps_at_once()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var (conv, norm, dense) = (nn.Conv2d(2, 4, 3, padding: 1), nn.BatchNorm2d(4), nn.Linear(4 * 9, 5));
        var (first, last) = (new LIFNode(threshold: 0.3), new IFNode(threshold: 0.3));
        using var network = new OverTime(conv, norm, first, nn.MaxPool2d(2), nn.Flatten(), dense, last, new Voting(5));
        network.eval();
        var input = rand([4, 3, 2, 6, 6]);
        var output = network.call(input);
        Functional.Reset(network);

        var maps = stack(input.unbind(0).Select(step => norm.call(conv.call(step))).ToArray());
        var spikes = first.call(maps);
        var currents = stack(spikes.unbind(0).Select(step => dense.call(nn.functional.max_pool2d(step, 2).flatten(1))).ToArray());
        var expected = last.call(currents).mean([2], keepdim: true);

        Assert.Equal([4, 3, 1], output.shape);
        Assert.True((output - expected).abs().max().item<float>() < 1e-6);
        Assert.True(expected.sum().item<float>() > 0);
    }

    [Fact]
    public void What_works_on_sequences_gets_them()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        (string Name, Func<nn.Module<Tensor, Tensor>> Make)[] layers =
        [
            ("PSN", () => new PSN(4)), ("sliding PSN", () => new SlidingPSN(2)), ("gated", () => new GatedLIFNode(4)),
            ("synapses", () => new SynapseFilter(3)),
            ("through time", () => new BatchNormThroughTime(4, 6)), ("nested", () => new OverTime(nn.Linear(6, 6), new LIFNode())),
            ("rates", () => new DSRIFNode(4)),
        ];
        var input = rand(4, 3, 6);
        foreach (var (name, make) in layers)
        {
            using var layer = make();
            layer.eval();
            var alone = layer.call(input);
            Functional.Reset(layer);
            using var over = new OverTime(layer);
            Assert.True(over.call(input).equal(alone).all().item<bool>(), name);
        }
    }

    [Fact]
    public void A_static_input_is_computed_once_up_to_the_first_neuron()
    {
        using var scope = NewDisposeScope();
        var counter = new Counter();
        var after = new Counter();
        using var network = new OverTime(counter, new IFNode(), after);
        network.call(TimeRepeat.Repeat(rand(3, 5), 4));
        Assert.Equal((3, 12), (counter.Rows, after.Rows));
    }

    [Fact]
    public void A_neuron_hidden_in_a_Sequential_and_one_in_single_step_mode_are_refused()
    {
        using var hidden = nn.Sequential(("dense", nn.Linear(3, 3)), ("spikes", new LIFNode()));
        Assert.Contains("Sequential", Assert.Throws<ArgumentException>(() => new OverTime(hidden)).Message, StringComparison.Ordinal);
        using var single = new OverTime(new LIFNode { StepMode = StepMode.Single });
        Assert.Contains("single-step", Assert.Throws<InvalidOperationException>(() => single.call(rand(2, 3, 4))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => OverTime.Apply(x => x, rand(3)));
    }

    [Fact]
    public void Names_are_those_given()
    {
        using var numbered = new OverTime(nn.Linear(2, 2), new LIFNode());
        using var named = new OverTime(("module", nn.Linear(2, 2)));
        Assert.Equal(["0.weight", "0.bias"], StateDictionary.Of(numbered).Select(entry => entry.Key));
        Assert.Equal(["module.weight", "module.bias"], StateDictionary.Of(named).Select(entry => entry.Key));
    }

    private sealed class Counter() : nn.Module<Tensor, Tensor>(nameof(Counter))
    {
        public long Rows { get; private set; }

        public override Tensor forward(Tensor input)
        {
            Rows += input.shape[0];
            return input.alias();
        }
    }
}
