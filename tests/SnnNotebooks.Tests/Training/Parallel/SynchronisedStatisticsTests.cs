using SnnNotebooks.Layers;
using SnnNotebooks.Training.Parallel;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training.Parallel;

public sealed class SynchronisedStatisticsTests
{
    private const int Steps = 4;

    // [T, B, C, H, W]: all steps the same (computed once), or each another; shares of the batch, one of them a rank without inputs
    [Theory]
    [InlineData(true, 6, 3, 3)]
    [InlineData(false, 6, 3, 3)]
    [InlineData(false, 6, 4, 2)]
    [InlineData(true, 6, 4, 2)]
    [InlineData(false, 6, 6, 0)]
    public void Ranks_compute_what_one_rank_computes_on_the_whole_batch(bool repeats, int batch, int first, int second)
    {
        Assert.Equal(batch, first + second);
        using var scope = NewDisposeScope();
        manual_seed(3);
        var input = randn([Steps, batch, 2, 3, 3]) * 2;
        if (repeats)
        {
            input = input.narrow(0, 0, 1).repeat(Steps, 1, 1, 1, 1);
        }

        var weights = randn([Steps, batch, 2, 3, 3]);
        var whole = Pass(input, weights, repeats, null, isCounted: true);
        var starts = new[] { 0, first };
        var shares = new[] { first, second };
        var ranks = new ThreadRanks(2).Run(reducer =>
        {
            var (start, count) = (starts[reducer.Rank], shares[reducer.Rank]);
            using var queue = new ReductionQueue(reducer);

            // a rank without inputs keeps company with some that count for nothing
            var isCounted = count > 0;
            var (from, length) = isCounted ? (start, count) : (0, 1);
            return Pass(
                input.narrow(1, from, length), weights.narrow(1, from, length) * (isCounted ? 1 : 0), repeats, queue, isCounted);
        });

        for (var part = 0; part < whole.Length; part++)
        {
            // outputs and gradients of inputs are the ranks' own, gradients of parameters their sum, statistics the same on all
            var together = part switch
            {
                0 or 1 => cat(ranks.Zip(shares).Where(pair => pair.Second > 0).Select(pair => pair.First[part]).ToArray(), 1),
                2 or 3 => ranks[0][part] + ranks[1][part],
                _ => ranks[1][part],
            };
            Assert.True(
                allclose(whole[part], together, rtol: 1e-6, atol: 2e-6),
                $"part {part}: largest difference {(whole[part] - together).abs().max().item<float>()}");
        }
    }

    [Fact]
    public void A_normalisation_with_statistics_of_its_own_kind_is_refused_by_name()
    {
        using var network = nn.Sequential(("odd", (nn.Module<Tensor, Tensor>)new BatchNormThroughTime(2, 3)));
        using var queue = new ReductionQueue(new SingleRank());

        var refused = Assert.Throws<ArgumentException>(() => new SynchronisedStatistics(network, queue));

        Assert.Contains("odd.bn_list.0", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Output, gradients of input, weight and bias, running mean and variance.</summary>
    private static Tensor[] Pass(Tensor input, Tensor weights, bool repeats, ReductionQueue? queue, bool isCounted)
    {
        using var norm = nn.BatchNorm2d(2);
        using (no_grad())
        {
            norm.weight!.copy_(tensor(new[] { 0.5f, 2f }));
        }

        using var layers = new OverTime(norm);
        using var statistics = queue is null ? null : new SynchronisedStatistics(layers, queue) { IsCounted = isCounted };
        using var leaf = input.detach().clone().requires_grad_();
        using var sequence = repeats ? TimeRepeat.Repeat(leaf[0], Steps) : leaf.alias();
        using var output = layers.call(sequence);
        (output * weights).sum().backward();
        return
        [
            output.detach().clone(), leaf.grad!.clone(), norm.weight!.grad!.clone(), norm.bias!.grad!.clone(), norm.running_mean!.clone(),
            norm.running_var!.clone(),
        ];
    }
}
