using SnnNotebooks.Layers;
using SnnNotebooks.Neurons;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Layers;

public sealed class StatefulLayerTests
{
    public static TheoryData<string> Names => ["filter", "norm", "delay", "elementwise", "linear", "dropout"];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sequence_cut_in_pieces_gives_the_same(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var layer = Build(name);
        var x = randn([7, 2, 3, 4, 5]);
        manual_seed(9);
        var whole = layer.call(x);
        Functional.Reset(layer);
        manual_seed(9);
        var pieces = cat(new[] { 1, 2, 4 }.Aggregate((From: 0, Outputs: new List<Tensor>()), (state, length) =>
        {
            state.Outputs.Add(layer.call(x.narrow(0, state.From, length)));
            return (state.From + length, state.Outputs);
        }).Outputs);

        Assert.True(whole.equal(pieces).all().item<bool>());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100)]
    public void A_network_run_in_pieces_gives_the_same(long length)
    {
        using var scope = NewDisposeScope();
        var network = nn.Sequential(new OverTime(nn.Linear(5, 6)), new LIFNode(threshold: 0.2), new SynapseFilter(tau: 3));
        var x = randn(8, 2, 5);
        var whole = network.call(x);
        Functional.Reset(network);

        Assert.True(whole.allclose(Functional.InPieces(network, x, length), 1e-5, 1e-6)); // a product of another size may round otherwise
        Assert.Throws<ArgumentOutOfRangeException>(() => Functional.InPieces(network, x, 0));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Strided_input_one_step_and_one_sample_are_ordinary_inputs(string name)
    {
        using var scope = NewDisposeScope();
        using var layer = Build(name);
        foreach (var (steps, batch) in new[] { (6, 2), (1, 2), (6, 1), (1, 1) })
        {
            var strided = randn([batch, 5, steps, 4, 3]).permute(2, 0, 4, 3, 1); // to [T, N, 3, 4, 5]
            Functional.Reset(layer);
            manual_seed(6);
            var ordinary = layer.call(strided.contiguous());
            Functional.Reset(layer);
            manual_seed(6);
            Assert.True(layer.call(strided).allclose(ordinary, 1e-6, 1e-6), $"T = {steps}, N = {batch}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void State_of_another_shape_is_refused_until_a_reset(string name)
    {
        using var scope = NewDisposeScope();
        using var layer = Build(name);
        layer.call(randn([2, 2, 3, 4, 5]));
        var refused = Assert.Throws<InvalidOperationException>(() => layer.call(randn([2, 3, 3, 4, 5])));

        Assert.Contains("Functional.Reset", refused.Message, StringComparison.Ordinal);
        Functional.Reset(layer);
        Assert.Null(layer.State);
        Assert.Equal([2L, 3L], layer.call(randn([2, 3, 3, 4, 5])).shape[..2]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_leaves_no_tensor_behind_and_a_detached_state_no_graph(string name)
    {
        using var layer = Build(name);
        using var x = randn([3, 2, 3, 4, 5]).requires_grad_();
        void Steps(int count)
        {
            for (var i = 0; i < count; i++)
            {
                using var scope = NewDisposeScope();
                layer.call(x).sum().backward();
                Functional.Detach(layer); // without it the second pass would go back through the first
            }
        }

        Steps(3);
        var before = SnnNotebooks.TestSupport.LiveTensors.Settled();
        Steps(20);

        Assert.InRange(SnnNotebooks.TestSupport.LiveTensors.Settled(), 0, before + 5);
    }

    [Fact]
    public void A_mask_is_held_until_the_reset_and_scaled()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var dropout = new OverTimeDropout(0.25);
        var y = dropout.call(ones(5, 8, 500));

        Assert.True(y.equal(y.narrow(0, 0, 1)).all().item<bool>());
        Assert.InRange(y.gt(0).to(ScalarType.Float32).mean().item<float>(), 0.72f, 0.78f);
        Assert.Equal(4f / 3, y.max().item<float>(), 5);
        var held = dropout.State!.clone();
        Assert.True(dropout.call(ones(2, 8, 500)).narrow(0, 0, 1).squeeze(0).equal(held).all().item<bool>());
        dropout.Reset();
        dropout.call(ones(2, 8, 500));
        Assert.False(dropout.State!.equal(held).all().item<bool>());
        dropout.eval();
        Assert.True(dropout.call(ones(2, 1, 3)).eq(1).all().item<bool>());
    }

    [Fact]
    public void Whole_feature_maps_are_dropped_together()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var dropout = new OverTimeDropout(0.5, wholeChannels: true);
        var y = dropout.call(ones([2, 8, 16, 3, 3]));

        Assert.True(y.amax([-1, -2]).equal(y.amin([-1, -2])).all().item<bool>());
        Assert.InRange(y.mean().item<float>(), 0.6f, 1.4f);
    }

    [Fact]
    public void Input_comes_out_later()
    {
        using var scope = NewDisposeScope();
        using var delay = new Delay(2);

        Assert.Equal([0f, 0, 1], delay.call(tensor(new[] { 1f, 2, 3 }).reshape(3, 1)).data<float>().ToArray());
        Assert.Equal([2f], delay.call(tensor(new[] { 4f }).reshape(1, 1)).data<float>().ToArray());
        Assert.Equal([3f], delay.call(tensor(new[] { 5f }).reshape(1, 1)).data<float>().ToArray());
        using var none = new Delay(0);
        Assert.Equal([7f], none.call(tensor(new[] { 7f }).reshape(1, 1)).data<float>().ToArray());
    }

    [Fact]
    public void Votes_are_means_of_neighbours()
    {
        using var scope = NewDisposeScope();
        using var voting = new Voting(2);

        Assert.Equal([0.5f, 1f], voting.call(tensor(new[] { 1f, 0, 1, 1 }).reshape(1, 1, 4)).data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => voting.call(zeros(1, 5)));
    }

    [Fact]
    public void Bad_sizes_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SynapseFilter(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NeuNorm(0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NeuNorm(1, 1, 1, k: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new OverTimeDropout(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Delay(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Voting(0));
        using var norm = new NeuNorm(3, 4, 5);
        using var wrong = zeros([2, 2, 3, 4, 6]);
        Assert.Contains("[T, N, 3, 4, 5]", Assert.Throws<ArgumentException>(() => norm.call(wrong)).Message, StringComparison.Ordinal);
    }

    private static StatefulLayer Build(string name) => name switch
    {
        "filter" => new SynapseFilter(tau: 3, learnable: true),
        "norm" => new NeuNorm(3, 4, 5),
        "delay" => new Delay(3),
        "elementwise" => new ElementwiseRecurrent(new IFNode(), (last, x) => (last * 0.5) + x),
        "linear" => new LinearRecurrent(new LIFNode(), inputs: 5, outputs: 5),
        _ => new OverTimeDropout(0.5),
    };
}
