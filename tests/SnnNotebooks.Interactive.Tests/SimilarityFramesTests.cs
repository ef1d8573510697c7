using SnnNotebooks.Models.VisualCortex;
using SnnNotebooks.Similarity;
using SnnNotebooks.Similarity.Experiments;

namespace SnnNotebooks.Interactive.Tests;

public sealed class SimilarityFramesTests
{
    [Fact]
    public void Scores_of_layers_are_rows_and_undefined_ones_are_missing()
    {
        var scores = new LayerRegionScores("net", "rsa", [new ScoredLayer("a", 1), new ScoredLayer("b", 3)], 4, ["V4", "IT"],
            [[Score(0.1), Score(0.2)], [Score(null), Score(0.4)]]);
        var frame = scores.ToDataFrame();
        Assert.Equal(["model", "metric", "layer", "depth", "region", "score", "undefined"], frame.Columns.Select(column => column.Name));
        Assert.Equal(4, frame.Rows.Count);
        Assert.Equal(new object?[] { "net", "rsa", "a", 1, "IT", 0.2, null }, frame.Rows[1]);
        Assert.Null(frame["score"][2]);
        Assert.Equal("silent", frame["undefined"][2]);
    }

    [Fact]
    public void Points_of_a_movie_are_rows()
    {
        IReadOnlyList<MoviePoint> points = [new("net", "V1", "a", 20, 0.5, 1, Score(0.3)), new("net", "V1", "a", 20, 0.5, 2, Score(null))];
        var frame = points.ToDataFrame();
        Assert.Equal(new object?[] { "net", "V1", "a", 20, 0.5, 1, "rsa", 0.3, null }, frame.Rows[0]);
        Assert.Null(frame["score"][1]);
    }

    private static SimilarityScore Score(double? value) => new("rsa", value, value is null ? "silent" : null, []);
}
