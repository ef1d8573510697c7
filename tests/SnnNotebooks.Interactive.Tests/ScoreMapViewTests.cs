using SnnNotebooks.Interactive.Views;
using SnnNotebooks.Models.VisualCortex;
using SnnNotebooks.Similarity;
using SnnNotebooks.Similarity.Experiments;

namespace SnnNotebooks.Interactive.Tests;

public sealed class ScoreMapViewTests
{
    [Fact]
    public void What_is_undefined_says_why()
    {
        var some = Map(0.3, null).ToHtml();
        Assert.Contains("heatmap", some, StringComparison.Ordinal);
        Assert.Contains("Blank: undefined, the first because b is &lt;silent&gt;", some, StringComparison.Ordinal);

        var none = Map(null, null);
        Assert.DoesNotContain("heatmap", none.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("V4 none; undefined scores, the first because a is &lt;silent&gt;", none.ToHtml(), StringComparison.Ordinal);

        Assert.DoesNotContain("undefined", Map(0.3, 0.4).ToHtml(), StringComparison.Ordinal);
        Assert.DoesNotContain("undefined", Map(0.3, 0.4).ToString(), StringComparison.Ordinal);
    }

    private static ScoreMapView Map(double? first, double? second) =>
        new LayerRegionScores("net", "rsa", [new ScoredLayer("a", 1), new ScoredLayer("b", 2)], 3, ["V4"],
            [[Score("a", first)], [Score("b", second)]]).Show();

    private static SimilarityScore Score(string layer, double? value) =>
        new("rsa", value, value is null ? $"{layer} is <silent>" : null, []);
}
