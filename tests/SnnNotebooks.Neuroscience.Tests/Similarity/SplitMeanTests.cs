using SnnNotebooks.Similarity;
using static TorchSharp.torch;

namespace SnnNotebooks.Neuroscience.Tests.Similarity;

public sealed class SplitMeanTests
{
    [Theory]
    [InlineData("rdm-cv")]
    [InlineData("cka-cv")]
    public void Responses_against_themselves_score_one_in_every_split(string metric)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var responses = randn(23, 12, float64);
        var score = SimilarityMetrics.Create(metric).Score(responses, responses);
        Assert.Equal((metric, 10), (score.Metric, score.Parts.Count));
        Assert.All(score.Parts, part => Assert.Equal(1, part, 1e-9));
    }

    [Fact]
    public void What_is_not_split_has_a_reason()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        string? Undefined(int stimuli, string[]? labels) =>
            SimilarityMetrics.Create("cka-cv", new MetricOptions(Labels: labels)).Score(randn(stimuli, 5), randn(stimuli, 4)).Undefined;
        Assert.Contains("take 10 or more", Undefined(9, null), StringComparison.Ordinal);
        Assert.Null(Undefined(10, null));
        Assert.Contains("one stimulus only", Undefined(20, [.. Enumerable.Range(0, 20).Select(row => row == 3 ? "a" : "b")]),
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Undefined(20, ["a", "b"]));
    }
}
