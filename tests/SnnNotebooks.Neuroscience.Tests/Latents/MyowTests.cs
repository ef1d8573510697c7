using SnnNotebooks.Datasets.Synthetic;
using SnnNotebooks.Latents;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

public sealed class MyowTests
{
    [Fact]
    public void Training_finds_more_of_the_state_than_the_initial_network_knows()
    {
        using var scope = NewDisposeScope();
        using var data = new LorenzPopulation { Conditions = 20, TrialsPerCondition = 4, Steps = 100, MeanCount = 0.2 }.Generate();
        var (train, test) = data.SplitByCondition(5);
        double Score(int iterations)
        {
            using var model = new MyowModel(new MyowOptions { Iterations = iterations });
            model.Fit(train.Counts);
            return LatentRecovery.Score(model.Embed(train.Counts), train.Latents, model.Embed(test.Counts), test.Latents);
        }

        var (initial, trained) = (Score(1), Score(200));
        Assert.True(trained > initial + 0.15, $"R2 {initial} before, {trained} after");
    }

    [Fact]
    public void The_follower_goes_its_part_of_the_way()
    {
        using var scope = NewDisposeScope();
        var options = new MyowOptions();
        using var network = new MyowNetwork(5, options);
        using var follower = new MyowNetwork(5, options);
        var (own, other) = (follower.parameters().First().detach().clone(), network.parameters().First().detach().clone());
        follower.Follow(network, 0.75);
        Assert.InRange((follower.parameters().First() - ((0.75 * own) + (0.25 * other))).abs().max().item<float>(), 0, 1e-6);

        follower.Follow(network, 0);
        Assert.Equal(other.bytes.ToArray(), follower.parameters().First().bytes.ToArray());
    }

    [Fact]
    public void Training_leaves_no_tensor_behind()
    {
        using var counts = rand(8, 20, 6).round();
        long Left(int iterations)
        {
            using var model = new MyowModel(new MyowOptions { Iterations = iterations, Batch = 16, Pool = 16 });
            var before = LiveTensors.Settled();
            model.Fit(counts);
            return LiveTensors.Settled() - before;
        }

        Left(2);
        Assert.Equal(Left(4), Left(24));
    }
}
