using SnnNotebooks.Energy;
using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Energy;

public sealed class SynapticOperationsTests
{
    [Fact]
    public void Every_spike_counts_with_its_fan_out()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = nn.Sequential(("a", new OverTime(nn.Conv2d(2, 6, 3, stride: 1))), ("n", new IFNode()),
            ("b", new OverTime(nn.Flatten(), nn.Linear(6 * 4 * 4, 10))));
        using var counter = new SynapticOperations(network);
        var input = zeros([5, 3, 2, 6, 6]);
        input.index_put_(tensor(1f), TensorIndex.Single(0), TensorIndex.Single(1), TensorIndex.Single(0), TensorIndex.Single(2),
            TensorIndex.Single(3));
        network.call(input);
        var counted = counter.Take(3);
        Assert.Equal(9 * 6 / 3.0, counted[0].PerSample);
        Assert.True(counted[0].IsSpiking);
        Functional.Reset(network);
        var spikes = ((nn.Module<Tensor, Tensor>)network.named_children().ElementAt(1).module).call(
            ((nn.Module<Tensor, Tensor>)network.named_children().First().module).call(rand([5, 3, 2, 6, 6]) * 4));
        counter.Take(3);
        ((nn.Module<Tensor, Tensor>)network.named_children().Last().module).call(spikes);
        Assert.Equal(spikes.sum().item<float>() * 10 / 3, counter.Take(3)[1].PerSample, 3);
        Assert.True(spikes.sum().item<float>() > 0);
    }

    [Fact]
    public void Real_input_is_told_apart_and_switched_off_it_counts_nothing()
    {
        using var scope = NewDisposeScope();
        using var network = nn.Sequential(("a", nn.Linear(4, 3)));
        using var counter = new SynapticOperations(network) { Enabled = false };
        network.call(rand(2, 4));
        Assert.Equal(0, counter.Take(2)[0].PerSample);
        counter.Enabled = true;
        network.call(rand(2, 4) + 0.25);
        var counted = counter.Take(2)[0];
        Assert.Equal((12, false), (counted.PerSample, counted.IsSpiking));
    }
}
