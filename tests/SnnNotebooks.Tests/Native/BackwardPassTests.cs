using SnnNotebooks.Memory;
using SnnNotebooks.Native;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Native;

public sealed class BackwardPassTests
{
    [Fact]
    public void A_pass_says_what_stopped_it()
    {
        using var scope = NewDisposeScope();
        var reason = new InvalidDataException("no gradient today");

        var thrown = Assert.Throws<InvalidOperationException>(() => Functional.Backward(new Identity(), Failing.On(Leaf(), reason)));

        Assert.Equal("The backward pass failed: no gradient today", thrown.Message);
        Assert.Same(reason, thrown.InnerException);
    }

    [Fact]
    public void A_pass_within_a_pass_gives_its_reason_to_the_outer_one()
    {
        using var scope = NewDisposeScope();
        var reason = new InvalidDataException("deep below");
        using var network = new Recomputed(new Within(reason));

        var thrown = Assert.Throws<InvalidOperationException>(() => Functional.Backward(network, network.call(Leaf()).sum()));

        Assert.Equal("The backward pass failed: deep below", thrown.Message);
        Assert.Same(reason, thrown.InnerException);
    }

    [Fact]
    public void What_failed_before_on_this_thread_is_not_the_reason_of_another_failure()
    {
        using var scope = NewDisposeScope();
        Assert.ThrowsAny<Exception>(() => Failing.On(Leaf(), new InvalidDataException("earlier")).backward());
        var loss = Leaf().square().sum();
        Functional.Backward(new Identity(), loss);

        var thrown = Assert.Throws<InvalidOperationException>(() => Functional.Backward(new Identity(), loss));

        Assert.Contains("ran through a graph a second time", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Passes_that_fail_at_the_same_time_keep_their_reasons_apart()
    {
        const int Threads = 4;
        using var together = new Barrier(Threads);
        var messages = new string[Threads];
        var threads = Enumerable.Range(0, Threads).Select(i => new Thread(() =>
        {
            using var scope = NewDisposeScope();
            var loss = Failing.On(Leaf(), new InvalidDataException($"reason {i}"), together);
            messages[i] = Record.Exception(() => Functional.Backward(new Identity(), loss))?.Message ?? "none";
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Equal(Enumerable.Range(0, Threads).Select(i => $"The backward pass failed: reason {i}"), messages);
    }

    [Fact]
    public void A_node_of_the_kit_refuses_a_second_pass_as_libtorch_does_unless_the_graph_is_kept()
    {
        using var scope = NewDisposeScope();
        var x = rand(4, 8).requires_grad_();
        var loss = new LIFNode().call(x).sum();
        loss.backward(retain_graph: true);
        Functional.Backward(new Identity(), loss);

        var thrown = Assert.Throws<InvalidOperationException>(() => Functional.Backward(new Identity(), loss));
        Assert.Contains("ran through a graph a second time", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pass_over_a_graph_that_is_kept_can_be_run_again()
    {
        using var scope = NewDisposeScope();
        var x = Leaf();
        BackwardPass.Run(x.square().sum(), start =>
        {
            start.backward(retain_graph: true);
            start.backward();
        });

        Assert.Equal(4 * x, x.grad!);
    }

    [Fact]
    public void A_pass_may_dispose_what_it_starts_at()
    {
        using var scope = NewDisposeScope();
        var x = Leaf();
        var loss = x.square().sum();
        BackwardPass.Run(
            loss,
            start =>
            {
                loss.Dispose();
                start.backward();
            },
            letsGo: true);

        Assert.Equal(2 * x, x.grad!);
    }

    [Fact]
    public void A_node_that_is_called_by_the_functions_of_a_dead_one_leaves_those_alive_alone()
    {
        using var scope = NewDisposeScope();
        var x = Leaf();
        var alive = Scaled.By(x, 2);
        Scaled.By(x, 3).Dispose();

        Scaled.By(x, 5).sum().backward();
        Assert.Equal(full_like(x, 5), x.grad!);
        alive.sum().backward();
        Assert.Equal(full_like(x, 7), x.grad!);
    }

    private static Tensor Leaf() => arange(1, 4, dtype: ScalarType.Float32).requires_grad_();

    private sealed class Failing(Exception reason, Barrier? together) : GraphNode
    {
        public static Tensor On(Tensor x, Exception reason, Barrier? together = null)
        {
            using var off = no_grad();
            return new Failing(reason, together).Join([x], [x.sum()], [])[0];
        }

        protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors)
        {
            together?.SignalAndWait();
            throw reason;
        }
    }

    private sealed class Scaled(int factor) : GraphNode
    {
        public static Tensor By(Tensor x, int factor)
        {
            using var off = no_grad();
            return new Scaled(factor).Join([x], [x * factor], [])[0];
        }

        protected override Tensor?[] Backward(Tensor?[] outputs, Tensor[] savedTensors) => [outputs[0]! * factor];
    }

    private sealed class Identity() : nn.Module<Tensor, Tensor>(nameof(Identity))
    {
        public override Tensor forward(Tensor input) => input;
    }

    private sealed class Within(Exception reason) : nn.Module<Tensor, Tensor>(nameof(Within))
    {
        public override Tensor forward(Tensor input) => input.requires_grad ? Failing.On(input, reason) : input.sum();
    }
}
