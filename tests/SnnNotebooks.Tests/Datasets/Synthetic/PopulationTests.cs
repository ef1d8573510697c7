using SnnNotebooks.Datasets.Synthetic;
using TorchSharp;

namespace SnnNotebooks.Tests.Datasets.Synthetic;

public sealed class PopulationTests
{
    private static readonly LorenzPopulation SmallLorenz = new() { Conditions = 20, TrialsPerCondition = 4, Steps = 150 };
    private static readonly RingPopulation SmallRing = new() { SamplesPerArc = 400 };

    [Fact]
    public void Lorenz_has_the_shapes_rates_and_latents_the_specification_gives()
    {
        using var scope = torch.NewDisposeScope();
        using var data = new LorenzPopulation { TrialsPerCondition = 2 }.Generate();

        Assert.Equal([130, 200, 30], data.Counts.shape);
        Assert.Equal([130, 200, 3], data.Latents.shape);
        Assert.Equal(0.1, data.Rates.mean().ToDouble(), 5);
        Assert.Equal(0.1, data.Counts.mean().ToDouble(), 2);
        Assert.All(data.Rates.mean([0, 1]).data<float>().ToArray(), mean => Assert.Equal(0.1, mean, 4));
        Assert.All(data.Latents.mean([0, 1]).data<float>().ToArray(), mean => Assert.Equal(0, mean, 4));
        Assert.All(data.Latents.std([0, 1]).data<float>().ToArray(), deviation => Assert.Equal(1, deviation, 3));

        // specs/tide_swapvae.md 11.1: 1st to 99th percentile 0.003 to 0.6
        var sorted = data.Rates.flatten().sort().Values;
        Assert.InRange(sorted[(long)(sorted.numel() * 0.01)].ToDouble(), 0.001, 0.01);
        Assert.InRange(sorted[(long)(sorted.numel() * 0.99)].ToDouble(), 0.4, 0.9);
    }

    [Fact]
    public void Lorenz_latents_follow_the_equations()
    {
        using var data = (SmallLorenz with { TrialsPerCondition = 1, StepSize = 0.0005, BurnIn = 4000 }).Generate();
        var z = data.Latents.data<float>().ToArray();

        // dx/dt = 10 (y - x) in standardised coordinates is a plane through the points: the x differences are linear in x and y
        var (a, b, c) = FitPlane(
            Enumerable.Range(0, 149).Select(t => (X: (double)z[3 * t], Y: (double)z[(3 * t) + 1], D: (double)(z[(3 * t) + 3] - z[3 * t]))));
        var worst = Enumerable.Range(0, 149).Max(t => Math.Abs((z[(3 * t) + 3] - z[3 * t]) - (a + (b * z[3 * t]) + (c * z[(3 * t) + 1]))));
        Assert.Equal(-10 * 0.0005, b, 4);
        Assert.True(worst < 2e-4, $"a step is {worst} away from the equation");
    }

    [Fact]
    public void Spikes_are_Poisson_around_their_rates()
    {
        using var scope = torch.NewDisposeScope();
        using var data = (SmallLorenz with { MeanCount = 1.5 }).Generate();
        var residual = data.Counts - data.Rates;

        // sum of squared residuals over sum of rates is 1 for Poisson counts
        Assert.Equal(1, (residual.square().sum() / data.Rates.sum()).ToDouble(), 2);
        Assert.Equal(0, residual.mean().ToDouble(), 2);
    }

    [Fact]
    public void Ring_has_two_latents_on_arcs_and_the_published_mean_count()
    {
        using var scope = torch.NewDisposeScope();
        using var data = new RingPopulation().Generate();

        Assert.Equal(4, data.Steps);
        Assert.Equal(100, data.Neurons);
        Assert.Equal([0, 2, 4, 6], data.Conditions.Distinct());
        Assert.InRange(data.Trials, 3600, 4000);
        Assert.InRange(data.Counts.mean().ToDouble(), 1.1, 1.7);
        Assert.True(data.Rates.max().ToDouble() <= Math.Exp(2.2) + 1e-4);
    }

    [Fact]
    public void One_seed_gives_one_set_and_another_seed_another()
    {
        using var scope = torch.NewDisposeScope();
        using var first = SmallLorenz.Generate();
        using var again = SmallLorenz.Generate();
        using var other = (SmallLorenz with { Seed = 1 }).Generate();
        using var ring = SmallRing.Generate();
        using var ringAgain = SmallRing.Generate();

        Assert.True(first.Counts.equal(again.Counts).all().ToBoolean());
        Assert.False(first.Counts.equal(other.Counts).all().ToBoolean());
        Assert.True(ring.Counts.equal(ringAgain.Counts).all().ToBoolean());
    }

    [Fact]
    public void A_split_by_condition_shares_no_trajectory()
    {
        using var data = SmallLorenz.Generate();
        var (train, test) = data.SplitByCondition(5);
        using (train)
        using (test)
        {
            Assert.Equal(60, train.Trials);
            Assert.Equal(20, test.Trials);
            Assert.Empty(train.Conditions.Intersect(test.Conditions));
            Assert.Throws<ArgumentOutOfRangeException>(() => data.SplitByCondition(20));
        }
    }

    [Fact]
    public void A_split_by_trial_takes_the_same_share_of_every_condition()
    {
        using var data = SmallLorenz.Generate();
        var (train, test) = data.SplitByTrial(0.25, seed: 3);
        using (train)
        using (test)
        {
            Assert.All(test.Conditions.GroupBy(condition => condition), group => Assert.Single(group));
            Assert.Equal(20, test.Trials);
            Assert.Equal(60, train.Trials);
        }
    }

    [Fact]
    public void Shuffling_time_moves_counts_and_latents_together()
    {
        using var scope = torch.NewDisposeScope();
        using var data = SmallLorenz.Generate();
        using var shuffled = data.ShuffleTime(seed: 1);

        Assert.Equal(Values(data.Counts.sum([1])), Values(shuffled.Counts.sum([1])));
        Assert.False(data.Latents.equal(shuffled.Latents).all().ToBoolean());

        // every shuffled bin is one of the trial's own bins, latents and rates alike
        var step = (data.Latents[0] - shuffled.Latents[0][7]).abs().sum(-1).argmin().ToInt64();
        Assert.Equal(Values(data.Rates[0][step]), Values(shuffled.Rates[0][7]));
        Assert.Equal(Values(data.Counts[0][step]), Values(shuffled.Counts[0][7]));
    }

    [Fact]
    public void Impossible_populations_are_refused()
    {
        Assert.Throws<ArgumentException>(() => (SmallLorenz with { Neurons = 0 }).Generate());
        Assert.Throws<ArgumentException>(() => (SmallLorenz with { StepSize = double.NaN }).Generate());
        Assert.Throws<ArgumentException>(() => (SmallRing with { Neurons = 31 }).Generate());
        Assert.Throws<ArgumentException>(() => (SmallRing with { Arcs = [8] }).Generate());
    }

    private static float[] Values(torch.Tensor tensor) => tensor.data<float>().ToArray();

    /// <summary>Least squares of D = a + b X + c Y.</summary>
    private static (double A, double B, double C) FitPlane(IEnumerable<(double X, double Y, double D)> points)
    {
        using var scope = torch.NewDisposeScope();
        var rows = points.ToArray();
        var design = torch.tensor(rows.SelectMany(row => new[] { 1, row.X, row.Y }).ToArray(), [rows.Length, 3]);
        var solution = torch.linalg.lstsq(design,
            torch.tensor(rows.Select(row => row.D).ToArray(), [rows.Length, 1])).Solution.data<double>().ToArray();
        return (solution[0], solution[1], solution[2]);
    }
}
