using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Neurons;

public sealed class StateTests
{
    [Fact]
    public void A_second_pass_through_kept_state_names_the_module_that_kept_it()
    {
        using var scope = NewDisposeScope();
        var network = nn.Sequential(("dense", new OverTime(nn.Linear(4, 3))), ("spikes", new LIFNode()));
        void Pass() => Functional.Backward(network, network.call(rand(5, 2, 4)).sum());

        Pass();
        var refused = Assert.Throws<InvalidOperationException>(Pass);

        Assert.Contains("spikes (LIF", refused.Message, StringComparison.Ordinal);
        Assert.Contains("StateScope", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StateEnd.Reset)]
    [InlineData(StateEnd.Detach)]
    public void A_scope_ends_the_graph_at_its_end(StateEnd end)
    {
        using var outer = NewDisposeScope();
        var network = nn.Sequential(("dense", new OverTime(nn.Linear(4, 3))), ("spikes", new LIFNode()));
        for (var i = 0; i < 3; i++)
        {
            using var state = new StateScope(network, end);
            Functional.Backward(network, network.call(rand(5, 2, 4)).sum());
        }

        Assert.Equal(end == StateEnd.Detach, network.modules().OfType<LIFNode>().Single().V is not null);
    }

    [Fact]
    public void Carried_state_has_the_gradient_of_the_whole_sequence()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var (x, g) = (rand(6, 40) * 2, randn(6, 40));
        foreach (var build in new Func<SpikingNeuron>[] { () => new LIFNode(), () => new CUBALIFNode(), () => new ParametricLIFNode() })
        {
            var (whole, pieces) = (x.clone().requires_grad_(), x.clone().requires_grad_());
            (build().call(whole) * g).sum().backward();
            var neuron = build();
            var parts = pieces.split(2, 0).Select(neuron.call).ToArray(); // one graph through three calls
            (cat(parts, 0) * g).sum().backward();

            Assert.True(whole.grad!.allclose(pieces.grad!, 1e-5, 1e-6));
        }
    }

    [Fact]
    public void A_loss_of_the_potential_alone_has_a_gradient()
    {
        using var scope = NewDisposeScope();
        var x = rand(4, 37).requires_grad_();
        var neuron = new LIFNode(threshold: 100) { Backend = NeuronBackend.Fused };
        neuron.call(x);
        neuron.V!.sum().backward();

        // a leaky integrator that never fires: the input of step t counts 2^-(T - t)
        Assert.Equal([0.0625f, 0.125f, 0.25f, 0.5f], x.grad!.select(1, 36).data<float>().ToArray());
    }

    [Fact]
    public void Ten_thousand_training_steps_leave_memory_flat()
    {
        using var network = nn.Sequential(
            ("dense", new OverTime(nn.Linear(8, 8))), ("spikes", new ParametricLIFNode()), ("adaptive", new ALIFNode()));
        using var optimizer = optim.SGD(network.parameters(), 0.01);
        using var input = rand(4, 2, 8);
        long Managed()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return GC.GetTotalMemory(forceFullCollection: true);
        }

        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var scope = NewDisposeScope();
                using var state = new StateScope(network);
                optimizer.zero_grad();
                network.call(input).sum().backward();
                optimizer.step();
            }
        }

        Steps(200);
        var (tensors, managed) = (SnnNotebooks.TestSupport.LiveTensors.Settled(), Managed());
        Steps(10_000);

        // the smallest object, kept at every step, would be 240 kB
        Assert.InRange(SnnNotebooks.TestSupport.LiveTensors.Settled(), 0, tensors + 5);
        Assert.InRange(Managed() - managed, long.MinValue, 200_000);
    }
}
