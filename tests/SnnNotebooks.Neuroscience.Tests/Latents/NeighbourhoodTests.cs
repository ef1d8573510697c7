using SnnNotebooks.Latents;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Latents;

public sealed class NeighbourhoodTests
{
    private const int Groups = 4;

    public static TheoryData<string> Names => ["tsne", "umap"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Clusters_stay_together_and_new_bins_fall_into_theirs(string name)
    {
        using var scope = NewDisposeScope();
        var counts = Clusters(60);
        using var model = LatentModels.Create(name);
        model.Fit(counts);
        var places = model.Embed(counts);
        Assert.True(Trustworthiness.Score(counts.flatten(0, 1), places.flatten(0, 1)) > 0.8);

        // trials of the fit keep their places, in any order; of new bins the nearest place is of the same cluster
        Assert.Equal(places[2].bytes.ToArray(), model.Embed(counts[1..3])[1].bytes.ToArray());
        var unseen = model.Embed(Clusters(10, seed: 12));
        var group = cdist(unseen.flatten(0, 1), places.flatten(0, 1)).argmin(1).div(60, RoundingMode.floor).Numbers<long>();
        Assert.True(group.Select((found, bin) => found == bin / 10).Average(hit => hit ? 1.0 : 0) > 0.95);
        Assert.True((model.Reconstruct(counts) - counts).abs().mean().ToDouble() < 2.5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Equal_bins_and_too_few_or_too_many_are_met(string name)
    {
        using var scope = NewDisposeScope();
        using var model = LatentModels.Create(name);
        var twins = Clusters(20).repeat(1, 2, 1);
        model.Fit(twins);
        Assert.True(model.Embed(twins).isfinite().all().item<bool>());
        string Refused(Tensor counts) => Assert.Throws<ArgumentException>(() => model.Fit(counts)).Message;
        Assert.Contains("more bins than neighbours", Refused(Clusters(2)[..1]), StringComparison.Ordinal);
        Assert.Contains("wider bins", Refused(ones(1, 60_000, 1)), StringComparison.Ordinal);
        Assert.Contains("All bins are the same", Refused(ones(2, 50, 3)), StringComparison.Ordinal);
    }

    [Fact]
    public void Neighbours_at_one_distance_share_the_weight_however_many_and_far_they_are()
    {
        foreach (var distance in new[] { 0.0, 1, 1e3 })
        {
            double[] distances = [.. Enumerable.Repeat(distance, 50), .. Enumerable.Repeat(distance + 1, 10)];

            var weights = TsneAffinities.Conditional(distances, 30);

            Assert.Equal(1, weights.Sum(), 12);
            Assert.All(weights[..50], weight => Assert.Equal(0.02, weight, 6));
        }
    }

    [Fact]
    public void Points_that_exaggeration_pulls_into_one_are_laid_out_all_the_same()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var cloud = randn(1, 200, 60) + 10; // no group is far from the others
        var options = new TsneOptions { LearningRate = 4 };

        Assert.True(Spread(options with { Iterations = options.ExaggeratedIterations }) < 1e-4); // else this is no test of it
        Assert.True(Spread(options) is > 0.1 and < 1e3);

        double Spread(TsneOptions how)
        {
            using var model = new TsneModel(how);
            model.Fit(cloud);
            return model.Embed(cloud).to(float64).std([0, 1]).max().ToDouble();
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Cells_push_nearly_as_all_points_do(int dimensions)
    {
        using var scope = NewDisposeScope();
        var points = Clusters(50).flatten(0, 1).to(float64);
        var joint = TsneAffinities.Of(ExactNeighbours.Among(points, 60), 20);
        var places = (points[.., ..dimensions] / 2).contiguous().Numbers<double>();
        double[] Gradient(double angle)
        {
            var gradient = new double[places.Length];
            new TsneDescent(new TsneOptions { Dimensions = dimensions, Angle = angle }, joint).Gradient(places, 1, gradient);
            return gradient;
        }

        var (exact, fast) = (Gradient(0), Gradient(0.5));
        var off = Math.Sqrt(exact.Zip(fast).Sum(pair => Math.Pow(pair.First - pair.Second, 2)) / exact.Sum(value => value * value));
        Assert.InRange(off, 0, 0.05);
    }

    [Fact]
    public void Trustworthiness_is_one_of_the_data_itself_and_half_of_noise()
    {
        using var scope = NewDisposeScope();
        var points = Clusters(60).flatten(0, 1);
        Assert.Equal(1, Trustworthiness.Score(points, points * 3), 12);
        Assert.InRange(Trustworthiness.Score(points, rand(points.shape[0], 2)), 0.4, 0.6);
        Assert.Throws<ArgumentException>(() => Trustworthiness.Score(points, points[1..]));
        Assert.Throws<ArgumentException>(() => Trustworthiness.Score(points, points, 120));
    }

    [Fact]
    public void Impossible_settings_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TsneModel(new TsneOptions { Dimensions = 4 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TsneModel(new TsneOptions { Angle = 0.9 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UmapModel(new UmapOptions { MinDistance = 2 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new UmapModel(new UmapOptions { Neighbours = 1 }));
    }

    /// <summary>Four clusters [4, each, 10]: a trial for each; other seeds give other points around the same centres.</summary>
    private static Tensor Clusters(int each, int seed = 11)
    {
        using var scope = NewDisposeScope();
        using var centre = new Generator(9);
        using var random = new Generator((ulong)seed);
        var centres = 4 * randn([Groups, 1, 10], generator: centre);
        return (centres + randn([Groups, each, 10], generator: random) + 20).clamp(min: 0).MoveToOuterDisposeScope();
    }
}
