using SnnNotebooks.Datasets.Synthetic;
using SnnNotebooks.Latents;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

/// <summary>
/// The thresholds of specs/tide_swapvae.md, section 11.7. One seed always; three seeds and the ablations where SNN_LONG is set.
/// </summary>
public sealed class LatentAcceptanceTests
{
    [Fact]
    public void Lorenz_trajectories_are_found_from_single_trials()
    {
        using var scope = NewDisposeScope();
        using var data = new LorenzPopulation { Seed = 1 }.Generate();
        Check(data, seed: 1, ablations: false);
    }

    [Fact]
    public void The_ring_is_found_and_time_does_not_matter_on_it()
    {
        using var scope = NewDisposeScope();
        using var data = new RingPopulation { Seed = 1 }.Generate();
        var (train, test) = data.SplitByTrial(0.2, seed: 1);
        var options = new TideSwapVaeOptions { Seed = 1, Window = 3, LargestOffset = 1, Batch = 256, Iterations = 350 };
        var full = Score(new TideSwapVaeModel(options), train, test);
        var shuffled = Score(new TideSwapVaeModel(options), train.ShuffleTime(1), test.ShuffleTime(2));
        var counts = Score(new PcaModel(16), train, test);

        Assert.True(full >= 0.94, $"R2 {full}");
        Assert.True(full - counts >= 0.02, $"R2 {full}, PCA {counts}");
        Assert.True(Math.Abs(full - shuffled) <= 0.03, $"R2 {full}, shuffled {shuffled}");
    }

    [LongFact]
    public void Three_seeds_and_the_ablations_hold_the_thresholds()
    {
        List<double> scores = [];
        for (var seed = 0; seed < 3; seed++)
        {
            using var scope = NewDisposeScope();
            using var data = new LorenzPopulation { Seed = seed }.Generate();
            scores.Add(Check(data, seed, ablations: true));
        }

        Assert.True(scores.Average() >= 0.90, string.Join(", ", scores));
    }

    private static double Check(PopulationData data, int seed, bool ablations)
    {
        var (train, test) = data.SplitByCondition(13);
        using var model = new TideSwapVaeModel(new TideSwapVaeOptions { Seed = seed });
        var full = Score(model, train, test);
        var causal = Score(new PcaModel(16, Smoothing.Causal(10)), train, test);
        var counts = Score(new PcaModel(16), train, test);
        var static0 = Score(new SwapVaeModel(new SwapVaeOptions { Seed = seed, Iterations = 300 }), train, test);
        var ratio = LatentRecovery.BitsPerSpikeRatio(test.Counts, model.Reconstruct(test.Counts), test.Rates);

        Assert.True(full >= 0.88, $"R2 {full}");
        Assert.True(full - causal >= 0.02, $"R2 {full}, causal {causal}");
        Assert.True(full - counts >= 0.25, $"R2 {full}, PCA {counts}");
        Assert.True(full - static0 >= 0.25, $"R2 {full}, Swap-VAE {static0}");
        Assert.True(ratio <= 1.25, $"bits per spike {ratio} of the true rates'");
        if (ablations)
        {
            var options = new TideSwapVaeOptions { Seed = seed };
            var still = Score(new TideSwapVaeModel(options with { TimeDependence = false }), train, test);
            var copying = Score(new TideSwapVaeModel(options with { CoordinatedDropout = 0 }), train, test);
            var shuffled = Score(new TideSwapVaeModel(options), train.ShuffleTime(seed), test.ShuffleTime(seed + 1));
            Assert.True(full - still >= 0.20, $"R2 {full}, without time {still}");
            Assert.True(full - copying >= 0.08, $"R2 {full}, without coordinated dropout {copying}");
            Assert.True(full - shuffled >= 0.15, $"R2 {full}, shuffled {shuffled}");
        }

        return full;
    }

    private static double Score(ILatentModel model, PopulationData train, PopulationData test)
    {
        model.Fit(train.Counts);
        return LatentRecovery.Score(model.Embed(train.Counts), train.Latents, model.Embed(test.Counts), test.Latents);
    }

    [AttributeUsage(AttributeTargets.Method)]
    private sealed class LongFactAttribute : FactAttribute
    {
        public LongFactAttribute()
        {
            if (Environment.GetEnvironmentVariable("SNN_LONG") is null)
            {
                Skip = "takes about ten minutes; set SNN_LONG=1 to run it";
            }
        }
    }
}
