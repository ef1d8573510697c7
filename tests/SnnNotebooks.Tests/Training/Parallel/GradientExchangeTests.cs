using SnnNotebooks.Native;
using SnnNotebooks.Training.Parallel;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Tests.Training.Parallel;

public sealed class GradientExchangeTests
{
    private const int Ranks = 2;
    private const int Passes = 3; // of each rank

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Gradients_are_the_sums_over_all_passes_of_all_ranks_and_leave_while_the_backward_pass_goes_on(bool ordered)
    {
        var share = new MicroBatches(2 * Ranks * Passes, 2, Ranks * Passes, Ranks);
        var ranks = new ThreadRanks(Ranks).Run(reducer =>
        {
            using var scope = NewDisposeScope();
            using var queue = new ReductionQueue(reducer);
            using var network = Network();
            using var exchange = new GradientExchange(network.named_parameters(), queue, share, ordered, bucketBytes: 32);
            var left = new List<int>();
            var passes = Enumerable.Range(share.First(reducer.Rank), Passes).ToArray();
            using var watch = GradientHook.IsThere
                ? new GradientHook(network.parameters().First(), () => left.Add(exchange.Left))
                : null;
            float[][] gradients = [];
            for (var step = 0; step < 2; step++)
            {
                foreach (var parameter in network.parameters())
                {
                    parameter.grad?.zero_();
                }

                exchange.Begin([Passes, Passes]);
                for (var i = 0; i < Passes; i++)
                {
                    exchange.Before(i, i == Passes - 1);
                    Loss(network, passes[i]).backward();
                    exchange.After(i == Passes - 1);
                }

                exchange.Finish(_ => true);
                gradients = [.. network.parameters().Select(parameter => parameter.grad!.data<float>().ToArray())];
            }

            return (Gradients: gradients, Left: left);
        });

        using var whole = Network();
        for (var pass = 0; pass < Ranks * Passes; pass++)
        {
            Loss(whole, pass).backward();
        }

        foreach (var (gradients, left) in ranks)
        {
            foreach (var (expected, given) in whole.parameters().Zip(gradients))
            {
                Assert.All(
                    expected.grad!.data<float>().ToArray().Zip(given), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
            }

            if (GradientHook.IsThere)
            {
                Assert.Equal(2 * Passes, left.Count);
                Assert.True(left[^1] > 0, "no bucket left before the first layer's gradient was known");
            }
        }
    }

    private static nn.Module<Tensor, Tensor> Network()
    {
        var network = nn.Sequential(("0", nn.Linear(3, 4)), ("1", nn.Tanh()), ("2", nn.Linear(4, 4)), ("3", nn.Linear(4, 2)));
        using var off = no_grad();
        foreach (var parameter in network.parameters())
        {
            parameter.copy_(arange(parameter.numel()).to(ScalarType.Float32).sin().view(parameter.shape));
        }

        return network;
    }

    private static Tensor Loss(nn.Module<Tensor, Tensor> network, int pass) =>
        (network.call((arange(6, dtype: ScalarType.Float32) + pass).cos().view(2, 3)) * (pass + 1)).square().mean();
}
