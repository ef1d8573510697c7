using System.Text.Json;
using SnnNotebooks.Conformance;
using SnnNotebooks.Similarity;
using SnnNotebooks.TestSupport;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Similarity;

/// <summary>Partial least squares and its ceiling against scikit-learn's numbers (tools/golden/pls.py), and on a recording.</summary>
public sealed class PlsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "golden", "neuroscience");
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "pls.json"))).RootElement;
    private static readonly IReadOnlyList<JsonElement> Regressions = [.. Golden.GetProperty("regression").EnumerateArray()];

    public static TheoryData<string> Cases { get; } = [.. Regressions.Select(entry => entry.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Splits_fits_and_scores_are_scikit_learns(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Case(name);
        var (model, neural) = PlsSuite.Responses(golden);
        var score = new PlsRegression(PlsSuite.Options(golden)).Score(model, neural);
        Assert.Equal(golden.GetProperty("score").GetDouble(), score.OrNaN, 1e-6);
        Assert.Equal(Numbers(golden, "medians"), score.Parts, Within);
    }

    [Fact]
    public void Conform_runs_every_case()
    {
        var results = ConformanceSuites.Run(Folder).Where(found => found.File == "pls.json").ToList();
        Assert.Equal(7, results.Count);
        Assert.All(results, found => Assert.Equal(ConformanceOutcome.Passed, found.Result.Outcome));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_neuron_is_predicted_as_by_scikit_learn(string name)
    {
        using var scope = NewDisposeScope();
        var golden = Case(name);
        var (model, neural) = PlsSuite.Responses(golden);
        var (labels, rows) = (PlsSuite.Options(golden).Labels, (int)model.shape[0]);
        var splits = labels is null
            ? ShuffledSplits.Draw(rows, 10, ShuffledSplits.SeenOf(rows, 0.9), SimilarityMetrics.Seed)
            : ShuffledSplits.Draw(labels, 10, ShuffledSplits.SeenOf(rows, 0.9), SimilarityMetrics.Seed);
        var (held, correlations) =
            (golden.GetProperty("held").Deserialize<int[][]>()!, golden.GetProperty("correlations").Deserialize<double[][]>()!);
        foreach (var (split, unseenRows, expected) in splits.Zip(held, correlations))
        {
            Assert.Equal(unseenRows, split.Held);
            Assert.Equal(Enumerable.Range(0, rows), split.Seen.Concat(split.Held).Order());
            var (x, y) = (Rows(model, split.Seen), Rows(neural, split.Seen));
            var predicted = PartialLeastSquares.Predict(x, y, Rows(model, split.Held), PlsSuite.Options(golden).Components);
            Assert.Equal(expected, NeuronColumns.Pearson(predicted, Rows(neural, split.Held)).Numbers<double>(), Within);
        }
    }

    [Fact]
    public void Internal_consistency_is_brain_scores_on_scikit_learns_halves()
    {
        using var scope = NewDisposeScope();
        var golden = Golden.GetProperty("consistency");
        var scores = RepeatHalves.Scores(PlsSuite.Repeats(golden));
        Assert.Equal(Numbers(golden, "medians"), scores.Select(score => score.OrNaN), Within);
        Assert.Equal(golden.GetProperty("ceiling").GetDouble(), NoiseCeiling.Of(scores).Mean, 1e-9);
    }

    [Fact]
    public void Halves_without_numbers_or_of_one_repeat_have_no_consistency()
    {
        using var scope = NewDisposeScope();
        var repeats = ones(4, 10, 3, ScalarType.Float64);
        Assert.All(RepeatHalves.Scores(repeats), score => Assert.Contains("no neuron varies", score.Undefined, StringComparison.Ordinal));
        repeats[1, 2, 0] = double.NaN;
        Assert.All(RepeatHalves.Scores(repeats), score => Assert.Contains("NaN", score.Undefined, StringComparison.Ordinal));
        Assert.Throws<ArgumentException>(() => RepeatHalves.Scores(repeats.narrow(0, 0, 1)));
        Assert.Throws<ArgumentException>(() => RepeatHalves.Scores(repeats[0]));
    }

    [Fact]
    public void Stimuli_that_cannot_be_split_by_their_labels_have_no_score()
    {
        using var scope = NewDisposeScope();
        var golden = Case("narrow");
        var (model, neural) = PlsSuite.Responses(golden);
        string[] Labels(int of) => [.. Enumerable.Range(0, 120).Select(row => $"{row % of}")];
        SimilarityScore Score(string[] labels) => new PlsRegression(new PlsOptions(Labels: labels)).Score(model, neural);
        Assert.NotNull(Score(Labels(12)).Value);
        Assert.Contains("fewer than the 13 labels", Score(Labels(13)).Undefined, StringComparison.Ordinal);
        Assert.Contains("'alone' belongs to one stimulus only", Score([.. Labels(5).SkipLast(1), "alone"]).Undefined,
            StringComparison.Ordinal);
        Assert.Contains("119 labels for the 120 stimuli", Assert.Throws<ArgumentException>(() => Score(Labels(5)[1..])).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_follow_stimuli_that_are_drawn_again()
    {
        using var scope = NewDisposeScope();
        var golden = Case("equal labels");
        var (model, neural) = PlsSuite.Responses(golden);
        var options = PlsSuite.Options(golden);
        int[] rows = [.. new NumpyRandom(3).Permutation(96)];
        using var a = ResponseMatrix.FromTensor(model);
        using var b = ResponseMatrix.FromTensor(neural);
        var metric = new PlsRegression(options);
        using var x = metric.RepresentModel(a);
        using var y = metric.RepresentNeural(b);
        using var drawnX = x.Select(rows);
        using var drawnY = y.Select(rows);
        var turned = new PlsRegression(options with { Labels = [.. rows.Select(row => options.Labels![row])] });
        Assert.Equal(turned.Score(Rows(model, rows), Rows(neural, rows)).OrNaN, metric.Compare(drawnX, drawnY).OrNaN, 12);
    }

    [Fact]
    public void As_many_components_as_features_are_least_squares_and_more_change_nothing()
    {
        using var scope = NewDisposeScope();
        var (model, neural) = PlsSuite.Responses(Case("narrow"));
        var (x, y, unseen) = (model.narrow(1, 0, 6)[..100], neural[..100], model.narrow(1, 0, 6)[100..]);
        var (design, other) = (cat([x, ones(100, 1, ScalarType.Float64)], 1), cat([unseen, ones(20, 1, ScalarType.Float64)], 1));
        var expected = other.mm(linalg.lstsq(design, y).Solution);
        foreach (var components in new[] { 6, 25 })
        {
            Assert.True(PartialLeastSquares.Predict(x, y, unseen, components).allclose(expected, 1e-9, 1e-9));
        }
    }

    [SharedFact("data/macaque_v4_it_majaj/V4.npy")]
    public void A_macaque_recording_predicts_itself_as_published()
    {
        foreach (var (area, published) in new[] { ("V4", 0.897956), ("IT", 0.816251) })
        {
            using var recording = ResponseMatrix.Open(Repository.SharedPath($"data/macaque_v4_it_majaj/{area}.npy")!);
            Assert.InRange(new PlsRegression(new PlsOptions(Splits: 2)).Score(recording, recording).OrNaN, published - 0.01,
                published + 0.01);
        }
    }

    private static Tensor Rows(Tensor matrix, int[] rows) => matrix.index_select(0, tensor(Array.ConvertAll(rows, row => (long)row)));

    private static bool Within(double expected, double found) => Math.Abs(expected - found) <= 1e-6;

    private static JsonElement Case(string name) => Regressions.First(entry => entry.GetProperty("name").GetString() == name);

    private static double[] Numbers(JsonElement golden, string name) => golden.GetProperty(name).Deserialize<double[]>()!;
}
