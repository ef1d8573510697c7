using SnnNotebooks.Layers;
using SnnNotebooks.Monitors;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Monitors;

public sealed class MonitorTests
{
    [Fact]
    public void Spikes_and_rates_are_those_of_the_layers()
    {
        using var scope = NewDisposeScope();
        var net = Network();
        using var spikes = new SpikeMonitor(net);
        using var rates = new RateMonitor(net);
        var output = net.call(rand(6, 3, 4) * 3);

        Assert.Equal(["1", "3"], spikes.Names);
        Assert.Equal([6L, 3L, 5L], Assert.Single(spikes["1"]).shape);
        Assert.True(spikes["3"][0].equal(output).all().item<bool>());
        Assert.Equal(output.mean().item<float>(), Assert.Single(rates["3"]), 6);
        Assert.False(spikes["1"][0].requires_grad);
        Assert.Contains("1, 3", Assert.Throws<KeyNotFoundException>(() => spikes["2"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Potentials_are_stored_only_while_it_is_on()
    {
        using var scope = NewDisposeScope();
        var neuron = new LIFNode();
        using var monitor = new PotentialMonitor(neuron);
        neuron.call(ones(3, 1) * 1.5);
        Assert.Equal([0.75f, 0, 0.75f], monitor[string.Empty][0].data<float>().ToArray());
        monitor.Enabled = false;

        Assert.False(neuron.StoreVSequence);
        neuron.call(ones(3, 1));
        Assert.Single(monitor[string.Empty]);
    }

    [Fact]
    public void Gradients_are_those_that_arrive_and_are_passed_on_unchanged()
    {
        using var scope = NewDisposeScope();
        var (net, x) = (Network(), rand(6, 3, 4) * 3);
        var plain = Gradient(net, x);
        using var monitor = new GradientMonitor(net);
        var watched = Gradient(net, x);

        Assert.True(plain.equal(watched).all().item<bool>());
        Assert.True(monitor["3"][0].eq(2).all().item<bool>());
        Assert.Equal([6L, 3L, 5L], monitor["1"][0].shape);
        Assert.True(monitor["1"][0].abs().sum().item<float>() > 0);
        using (no_grad())
        {
            net.call(x);
        }

        Assert.Single(monitor["1"]);
    }

    [Fact]
    public void Off_it_leaves_nothing_in_the_network_and_on_again_it_goes_on()
    {
        using var scope = NewDisposeScope();
        var net = Network();
        using var monitor = new SpikeMonitor(net);
        monitor.Enabled = false;
        net.call(rand(2, 3, 4));
        Assert.Empty(monitor["1"]);
        monitor.Enabled = true;
        Functional.Reset(net);
        net.call(rand(2, 3, 4));
        Assert.Single(monitor["1"]);
        monitor.Dispose();
        Functional.Reset(net);
        net.call(rand(2, 3, 4));
        Assert.Empty(monitor["1"]);
    }

    [Fact]
    public void Records_go_with_the_monitor()
    {
        var net = Network();
        long Count()
        {
            using (var monitor = new SpikeMonitor(net))
            using (NewDisposeScope())
            {
                using var gradients = new GradientMonitor(net);
                Functional.Reset(net);
                net.call(rand(4, 3, 4)).sum().backward();
            }

            Functional.Reset(net);
            return SnnNotebooks.TestSupport.LiveTensors.Settled();
        }

        Count();
        var before = Count();
        Assert.InRange(Enumerable.Range(0, 10).Max(_ => Count()), 0, before + 3);
    }

    private static nn.Module<Tensor, Tensor> Network() =>
        nn.Sequential(new OverTime(nn.Linear(4, 5)), new LIFNode(threshold: 0.3), new OverTime(nn.Linear(5, 2)),
            new IFNode(threshold: 0.2));

    private static Tensor Gradient(nn.Module<Tensor, Tensor> net, Tensor input)
    {
        Functional.Reset(net);
        var x = input.clone().requires_grad_();
        (net.call(x) * 2).sum().backward();
        return x.grad!;
    }
}
