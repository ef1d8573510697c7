using SnnNotebooks.Latents.Controls;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents.Controls;

public sealed class BiCrossValidationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public void The_planted_number_of_dimensions_is_chosen(int planted)
    {
        using var scope = NewDisposeScope();
        var (counts, _) = Planted.Counts(planted, neurons: 60, trials: 60);

        var choice = BiCrossValidation.Choose(counts, most: 15);

        Assert.Equal(planted, choice.Best);
        Assert.Equal(planted, choice.Fewest);
        Assert.Equal(1, choice.Errors[0], 2);
        Assert.Equal(16, choice.Errors.Count);
        Assert.True(choice.Errors[15] > choice.Errors[planted]);
    }

    [Fact]
    public void Neurons_that_share_nothing_need_no_dimension()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var counts = poisson(full(40, 25, 30, 2.0));
        var (planted, _) = Planted.Counts(factors: 3);

        Assert.Equal(0, BiCrossValidation.Choose(counts, most: 8).Best);
        Assert.Equal(0, BiCrossValidation.Choose(ControlCounts.Of(planted, ControlKind.BinShuffle, 1), most: 8).Best);
    }

    [Fact]
    public void Errors_are_those_of_the_blocks_computed_one_by_one()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var rows = randn(2, 40, 3).matmul(randn(3, 4)) + (0.3 * randn(2, 40, 4));
        rows = cat([rows, rows.roll(1, 1)], 2); // eight neurons: two for each part

        var choice = BiCrossValidation.Choose(rows, most: 3, trialParts: 2, neuronParts: 2);

        // the same by pseudo-inverses, over all four divisions
        var standard = (rows - rows.mean([0, 1], keepdim: true)) / rows.std([0, 1], unbiased: false);
        var neurons = new SnnNotebooks.Datasets.Synthetic.SeededDraws(0, 95);
        _ = neurons.Permutation(2);
        var order = neurons.Permutation(8);
        for (var k = 0; k <= 3; k++)
        {
            var sum = 0.0;
            for (var division = 0; division < 4; division++)
            {
                long[] outside = [.. order.Where((_, place) => place % 2 == division % 2).Select(of => (long)of).Order()];
                long[] inside = [.. order.Where((_, place) => place % 2 != division % 2).Select(of => (long)of).Order()];
                var (test, train) = (standard[division / 2], standard[1 - (division / 2)]);
                var mean = train.mean([0]);
                var (a, b) = ((test - mean).index_select(1, tensor(outside)), (test - mean).index_select(1, tensor(inside)));
                var (c, d) = ((train - mean).index_select(1, tensor(outside)), (train - mean).index_select(1, tensor(inside)));
                var (u, s, v) = linalg.svd(d, fullMatrices: false);
                var inverse = v.narrow(0, 0, k).t().matmul(s.narrow(0, 0, k).reciprocal().diag()).matmul(u.narrow(1, 0, k).t());
                sum += ((a - b.matmul(inverse).matmul(c)).square().sum() / a.square().sum()).ToDouble();
            }

            Assert.Equal(sum / 4, choice.Errors[k], 4);
        }
    }

    [Fact]
    public void Too_little_to_leave_out_is_refused()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("3 trials", Assert.Throws<ArgumentException>(() => BiCrossValidation.Choose(randn(3, 5, 20))).Message,
            StringComparison.Ordinal);
        Assert.Contains("7 neurons that vary", Assert.Throws<ArgumentException>(
            () => BiCrossValidation.Choose(cat([randn(8, 5, 7), zeros(8, 5, 9)], 2))).Message, StringComparison.Ordinal);
    }
}
