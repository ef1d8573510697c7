using SnnNotebooks.Latents;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

public sealed class ReducedRankTests
{
    [Fact]
    public void A_planted_channel_of_two_dimensions_is_found_and_carries_all()
    {
        using var scope = NewDisposeScope();
        var (counts, targets, channel) = Planted();
        double R2(int rank)
        {
            using var model = new ReducedRankModel(new ReducedRankOptions { Rank = rank });
            model.Fit(counts[..30], new TrialFacts { Targets = targets[..30] });
            var residual = (model.Predict(counts[30..]) - targets[30..]).square().sum();
            return 1 - (residual / (targets[30..] - targets[..30].mean([0, 1])).square().sum()).ToDouble();
        }

        var (one, two, five) = (R2(1), R2(2), R2(5));
        Assert.True(two > one + 0.1, $"{one} and {two}");
        Assert.Equal(five, two, 0.01);
        using var model = new ReducedRankModel(new ReducedRankOptions { Rank = 2 });
        model.Fit(counts, new TrialFacts { Targets = targets });
        var cosines = linalg.svdvals(linalg.qr(channel).Q.t().Product(linalg.qr(model.Axes!.to(float64)).Q)).Numbers<double>();
        Assert.All(cosines, cosine => Assert.InRange(cosine, 0.97, 1 + 1e-6));
    }

    [Fact]
    public void Units_of_targets_do_not_matter_and_constant_ones_do_no_harm()
    {
        using var scope = NewDisposeScope();
        var (counts, targets, _) = Planted();
        using var model = new ReducedRankModel(new ReducedRankOptions { Rank = 2 });
        model.Fit(counts, new TrialFacts { Targets = targets });
        using var rescaled = new ReducedRankModel(new ReducedRankOptions { Rank = 2 });
        rescaled.Fit(counts, new TrialFacts { Targets = targets * 1000 });
        Assert.True(model.Axes!.abs().allclose(rescaled.Axes!.abs(), rtol: 1e-3, atol: 1e-5));
        Assert.True((model.Predict(counts) * 1000).allclose(rescaled.Predict(counts), rtol: 1e-3, atol: 0.5));

        model.Fit(counts, new TrialFacts { Targets = cat([targets, zeros_like(targets[.., .., ..1])], 2) });
        Assert.True(model.Predict(counts)[.., .., 5].abs().max().item<float>() < 1e-4);
    }

    [Fact]
    public void Bad_targets_get_a_sentence()
    {
        using var scope = NewDisposeScope();
        var (counts, targets, _) = Planted();
        using var model = new ReducedRankModel();
        string Refused(Tensor of, Tensor? wanted) =>
            Assert.Throws<ArgumentException>(() => model.Fit(of, new TrialFacts { Targets = wanted })).Message;
        Assert.Contains("NaN", Refused(counts, targets * float.NaN), StringComparison.Ordinal);
        Assert.Contains("absent", Refused(counts, null), StringComparison.Ordinal);
        Assert.Contains("expected float32", Refused(counts, targets[.., ..3]), StringComparison.Ordinal);
        Assert.Contains("one trial", Refused(counts[..1], targets[..1]), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ReducedRankModel(new ReducedRankOptions { Ridge = -1 }));
    }

    private static (Tensor Counts, Tensor Targets, Tensor Channel) Planted()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(8);
        Tensor Normal(params long[] shape) => randn(shape, dtype: float64, generator: random);
        var counts = poisson(ones(40, 25, 12, dtype: float64) * 4, random);
        var channel = Normal(12, 2);
        var targets = counts.Product(channel).Product(Normal(2, 5)) + (3 * Normal(40, 25, 5));
        return (counts.to(float32).MoveToOuterDisposeScope(), targets.to(float32).MoveToOuterDisposeScope(),
            channel.MoveToOuterDisposeScope());
    }
}
