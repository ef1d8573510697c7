using SnnNotebooks.Models.VisualCortex;
using SnnNotebooks.Similarity;
using SnnNotebooks.Similarity.Experiments;
using SnnNotebooks.Similarity.Features;
using SnnNotebooks.TestSupport;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Similarity;

/// <summary>Features of layers, maps of scores, the papers' own derived numbers, experiments with movies.</summary>
public sealed class ExperimentTests
{
    [Fact]
    public void The_published_scores_give_the_published_gain_of_matched_pairs()
    {
        var rows = PublishedScores.All.ToDictionary(row => row.Model, StringComparer.Ordinal);
        Assert.Equal(81, rows.Count);
        Assert.Equal([43, 12, 26], new[] { "cnn", "snn", "vit" }.Select(group => rows.Values.Count(row => row.Group == group)));
        var pairs = new[] { 18, 34, 50, 101,
            152 }.Select(depth => (Scores(rows[$"SEW-ResNet{depth}"]), Scores(rows[$"ResNet{depth}"]))).ToList();
        Assert.Equal(6.61, 100 * ModelComparison.MeanGain(pairs), 2);
        Assert.Equal(45, pairs.Sum(pair => pair.Item1.Count));
        Assert.Equal(3, pairs.Sum(pair => pair.Item1.Zip(pair.Item2).Count(scores => scores.First < scores.Second)));
    }

    [Theory]
    [InlineData("Allen", 0.95, 0.63, 0.67)]
    [InlineData("MacFace", 0.96, 0.53, 0.51)]
    [InlineData("MacSyn", 0.83, 0.84, 0.71)]
    public void The_published_scores_give_the_published_agreement_of_metrics(
        string data, double svccaRegression, double svccaRsa, double regressionRsa)
    {
        double Agreement(string first, string second) =>
            ModelComparison.Agreement(PublishedScores.Column($"{data}_{first}"), PublishedScores.Column($"{data}_{second}"));

        // two decimals as printed; 0.5156 and 0.7157 are printed as 0.51 and 0.71
        Assert.InRange(Agreement("SVCCA", "TSVDReg") - svccaRegression, -0.01, 0.01);
        Assert.InRange(Agreement("SVCCA", "RSA") - svccaRsa, -0.01, 0.01);
        Assert.InRange(Agreement("TSVDReg", "RSA") - regressionRsa, -0.01, 0.01);
    }

    [Fact]
    public void Groups_differ_where_the_paper_says_so_most_clearly()
    {
        IReadOnlyList<double> Group(string group, string column) =>
            [.. PublishedScores.All.Where(row => row.Group == group).Select(row => row.Scores[column])];
        foreach (var column in new[] { "Allen_SVCCA", "Allen_TSVDReg", "Allen_RSA" })
        {
            var comparison = ModelComparison.Groups(Group("cnn", column), Group("snn", column));
            Assert.True(comparison.FirstMean < comparison.SecondMean);
            Assert.Equal("***", comparison.Stars);
        }

        Assert.Equal(0.6428, ModelComparison.Groups(Group("cnn", "Allen_SVCCA"), Group("vit", "Allen_SVCCA")).FirstMean, 4);
        Assert.Equal(0, PublishedScores.Above("Allen_SVCCA", 0.7));
        Assert.Throws<ArgumentException>(() => PublishedScores.Column("Allen"));
    }

    [Fact]
    public void Welchs_test_gives_scipys_numbers()
    {
        // scipy.stats.ttest_ind([1, 2, 3, 4, 7], [2, 4, 6, 9], equal_var=False)
        var comparison = ModelComparison.Groups([1, 2, 3, 4, 7], [2, 4, 6, 9]);
        Assert.Equal(-1.0200672119020235, comparison.T, 12);
        Assert.Equal(0.3498362455408805, comparison.P, 10);
        Assert.Equal(2.776445105 * Math.Sqrt(5.3 / 5), ModelComparison.HalfWidth95([1, 2, 3, 4, 7]), 6);
    }

    [Fact]
    public void Groups_that_do_not_vary_are_refused_whatever_their_sums_round_to() => Assert.Contains(
        "Neither group varies",
        Assert.Throws<ArgumentException>(() => ModelComparison.Groups([0.1, 0.1, 0.1], [0.7, 0.7, 0.7, 0.7, 0.7, 0.7])).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Features_of_images_do_not_depend_on_their_order_and_are_the_mean_over_time()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var network = new SewVisionNet(SewVisionOptions.Shallow(1, SewBlock.Grouped) with { Classes = 3 });
        SnnNotebooks.Conformance.ReferenceWeights.Fill(network, 2.5);
        var images = randn(4, 3, 32, 32) * 2;
        using var folder = new TemporaryFolder();
        using var features = new FeatureExtractor(network, new FeatureOptions(Standardise: false)).Images(images, "net");
        using var reversed = new FeatureExtractor(network, new FeatureOptions(Standardise: false, Folder: folder.Path)).Images(
            images.flip(0), "net");
        Assert.Equal(["sn1", "maxpool", "block1.0", "block2.0", "block3.0", "avgpool"], features.Layers.Select(layer => layer.Path));
        for (var layer = 0; layer < features.Layers.Count; layer++)
        {
            Assert.True(features[layer].ToTensor().Equals(reversed[layer].ToTensor().flip(0)), features.Layers[layer].Path);
        }

        Assert.Equal(features.Layers.Count, Directory.GetFiles(folder.Path, "*.npy").Length);
        using var recorder = new LayerRecorder(network, ["sn1"]);
        using var off = no_grad();
        network.call(images[..1]);
        Assert.True(recorder.Take("sn1").mean([0]).flatten(1).to(ScalarType.Float64).Equals(features[0].ToTensor()[..1]));
        using var standard = new FeatureExtractor(network).Images(images, "net");
        Assert.Equal(0, standard[0].ToTensor().mean().item<double>(), 9);
        Assert.Equal(1, standard[0].ToTensor().std(unbiased: false).item<double>(), 6);
    }

    [Fact]
    public void Features_of_a_movie_do_not_depend_on_the_chunks()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var network = new LoRaFBNet(new LoRaFBOptions(Classes: 3));
        SnnNotebooks.Conformance.ReferenceWeights.Fill(network, 2.5);
        var movie = randn(7, 3, 32, 32) * 2;
        using var whole = new FeatureExtractor(network, new FeatureOptions(Standardise: false, ChunkFrames: 7)).Movie(movie, "net");
        using var pieces = new FeatureExtractor(network, new FeatureOptions(Standardise: false, ChunkFrames: 3)).Movie(movie, "net");
        Assert.Equal(11, whole.Layers.Count);
        for (var layer = 0; layer < whole.Layers.Count; layer++)
        {
            Assert.Equal(7, whole[layer].Rows);
            Assert.True(whole[layer].ToTensor().Equals(pieces[layer].ToTensor()), whole.Layers[layer].Path);
        }

        using var still = new ResNet(18, 3);
        Assert.Throws<ArgumentException>(() => new FeatureExtractor(still).Movie(movie, "net"));
        Assert.Throws<ArgumentException>(() => new FeatureExtractor(nn.Linear(2, 2)));
    }

    [Fact]
    public void A_planted_hierarchy_is_found_and_a_flat_one_is_not()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var stages = Enumerable.Range(0, 5).Select(_ => randn(40, 20)).ToArray();
        using var features = new FeatureSet("planted", [.. Enumerable.Range(0, 5).Select(i => new ScoredLayer($"stage{i}", i + 1))], 6,
            [.. stages.Select((stage, i) => ResponseMatrix.FromTensor(stage, $"stage{i}"))]);
        var regions = stages.Select((stage, i) => ($"area{i}", stage + (0.3 * randn(40, 20)))).ToList();
        var scores = LayerRegionScores.Measure(new Rsa(), features, regions);
        Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(0, 5).Select(region => scores.BestLayer(region)!.Value));
        var test = HierarchyTest.Of([scores])!;
        Assert.Equal(1, test.Correlation, 12);
        Assert.Equal(1 / 120.0, test.P, 12);
        Assert.Equal(scores.ModelScore, Enumerable.Range(0, 5).Average(scores.RegionScore), 12);
        var shuffled = LayerRegionScores.Measure(new Rsa(), features, [regions[3], regions[0], regions[4], regions[2], regions[1]]);
        Assert.True(HierarchyTest.Of([shuffled])!.P > 0.05);
        using var folder = new TemporaryFolder();
        scores.Save(folder.File("scores.csv"), new Dictionary<string, string> { ["seed"] = "3" });
        Assert.Equal(26, File.ReadAllLines(folder.File("scores.csv")).Length);
        Assert.Contains("\"seed\"", File.ReadAllText(folder.File("scores.settings.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_with_a_state_loses_similarity_when_frames_are_shuffled_and_one_without_does_not()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var movie = Smooth(randn(60, 12)).reshape(60, 1, 3, 4);
        var neurons = Remember(movie.flatten(1), 0.7).mm(randn(12, 30)) + (0.1 * randn(60, 30));
        var regions = new[] { ("area", neurons) };
        double Drop(bool stateful)
        {
            FeatureSet See(Tensor frames) => new("net", [new("only", 1)], 2,
                [ResponseMatrix.FromTensor(stateful ? Remember(frames.flatten(1), 0.7) : frames.flatten(1), "features")]);
            var experiment = new MovieExperiment(See, stateful, movie, regions);
            var points = experiment.Shuffle([30], 3);
            Assert.All(points, point => Assert.InRange(point.Level, 0.01, 1));
            return experiment.Intact.RegionScore(0) - points.Average(point => point.Score.OrNaN);
        }

        Assert.True(Drop(stateful: true) > 0.1);
        Assert.Equal(0, Drop(stateful: false), 9);
    }

    [Fact]
    public void Clips_fronts_and_replaced_frames_are_scored()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var movie = Smooth(randn(50, 12)).reshape(50, 1, 3, 4);
        var regions = new[] { ("area", movie.flatten(1).mm(randn(12, 20))) };
        var experiment = new MovieExperiment(
            frames => new("net", [new("only", 1)], 2, [ResponseMatrix.FromTensor(frames.flatten(1), "features")]), stateful: false,
            movie, regions);
        Assert.Equal(20, experiment.ClipLengths([10, 20]).Count);
        Assert.All(experiment.FrontLengths([25, 50]), point => Assert.True(point.Score.Value > 0.5));
        Assert.Equal(experiment.Intact.RegionScore(0), experiment.FrontLengths([50])[0].Score.OrNaN, 12);
        var replaced = experiment.Replace(randn(50, 1, 3, 4) * 3, [2, 10], 2);
        Assert.True(
            replaced.Where(point => point.Parameter == 2).Average(point => point.Score.OrNaN)
                < replaced.Where(point => point.Parameter == 10).Average(point => point.Score.OrNaN));
        using var folder = new TemporaryFolder();
        MovieExperiment.Save(folder.File("points.csv"), replaced, new Dictionary<string, string>());
        Assert.Equal(5, File.ReadAllLines(folder.File("points.csv")).Length);
    }

    private static IReadOnlyList<double> Scores(PublishedScore row) => [.. PublishedScores.Columns.Select(column => row.Scores[column])];

    /// <summary>A random walk that returns to zero, so that neighbouring frames are alike.</summary>
    private static Tensor Smooth(Tensor noise) => Remember(noise, 0.9);

    private static Tensor Remember(Tensor rows, double share)
    {
        var state = rows[0];
        var states = new List<Tensor>();
        foreach (var row in rows.unbind(0))
        {
            state = (state * share) + (row * (1 - share));
            states.Add(state);
        }

        return stack(states);
    }
}
