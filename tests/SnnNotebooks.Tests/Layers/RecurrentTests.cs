using SnnNotebooks.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Layers;

public sealed class RecurrentTests
{
    private static readonly RecurrentCellFactory Lstm = (inputs, hidden) => new SpikingLSTMCell(inputs, hidden);

    [Fact]
    public void A_sequence_cut_in_pieces_gives_the_same_where_the_states_are_handed_on()
    {
        using var scope = NewDisposeScope();
        using var network = new SpikingRecurrent(Lstm, 5, 6, layers: 2);
        var x = randn(8, 3, 5);
        var (whole, final) = network.Run(x);
        var (first, half) = network.Run(x.narrow(0, 0, 3));
        var (second, end) = network.Run(x.narrow(0, 3, 5), half);

        Assert.True(whole.equal(cat([first, second])).all().item<bool>());
        Assert.True(final[1].equal(end[1]).all().item<bool>());
        Assert.Equal([2L, 3L, 6L], final[0].shape);
    }

    [Fact]
    public void Both_directions_see_the_sequence_from_their_own_end()
    {
        using var scope = NewDisposeScope();
        using var network = new SpikingRecurrent((inputs, hidden) => new SpikingGRUCell(inputs, hidden), 4, 3, bidirectional: true);
        var x = randn(6, 2, 4);
        var changed = x.clone();
        changed.narrow(0, 5, 1).add_(5);
        var (before, after) = (network.call(x), network.call(changed));

        Assert.Equal([6L, 2L, 6L], before.shape);
        Assert.True(before.narrow(0, 0, 5).narrow(2, 0, 3).equal(after.narrow(0, 0, 5).narrow(2, 0, 3)).all().item<bool>());
        Assert.Contains("cells_reverse.0.linear_hh.weight", network.state_dict().Keys);
    }

    [Fact]
    public void The_memory_cell_is_bounded_and_its_gradient_is_not()
    {
        using var scope = NewDisposeScope();
        using var cell = new SpikingLSTMCell(1, 1);
        using (no_grad())
        {
            foreach (var parameter in cell.parameters())
            {
                parameter.fill_(1); // every gate opens
            }
        }

        var c = full([1, 1], 0.75f).requires_grad_();
        var state = cell.Step(ones(1, 1), [zeros(1, 1), c]);
        state[1].sum().backward();

        Assert.Equal(1f, state[1].item<float>());
        Assert.Equal(1f, c.grad!.item<float>());
    }

    [Fact]
    public void Wrong_sizes_are_refused()
    {
        using var scope = NewDisposeScope();
        using var network = new SpikingRecurrent(Lstm, 5, 6);
        Assert.Contains("[T, N, 5]", Assert.Throws<ArgumentException>(() => network.call(zeros(2, 3, 4))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => network.Run(zeros(2, 3, 5), [zeros(1, 3, 6)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpikingRecurrent(Lstm, 5, 6, layers: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpikingVanillaRNNCell(0, 3));
    }
}
