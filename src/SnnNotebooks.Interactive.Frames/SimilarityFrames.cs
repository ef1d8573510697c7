using Microsoft.Data.Analysis;
using SnnNotebooks.Similarity;
using SnnNotebooks.Similarity.Experiments;

namespace SnnNotebooks.Interactive;

/// <summary>Results of comparisons with the visual cortex as data frames; an undefined score is a missing value.</summary>
public static class SimilarityFrames
{
    /// <summary>A row for each layer and region: model, metric, layer, depth, region, score, undefined.</summary>
    /// <param name="scores">The scores.</param>
    /// <returns>The frame, layer by layer.</returns>
    public static DataFrame ToDataFrame(this LayerRegionScores scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var rows = scores.Layers.SelectMany(
            (layer, i) => scores.Regions.Select((region, j) => (Layer: layer, Region: region, Score: scores.Scores[i][j]))).ToList();
        return new DataFrame(
            Text("model", rows.Select(_ => scores.Model)),
            Text("metric", rows.Select(_ => scores.Metric)),
            Text("layer", rows.Select(row => row.Layer.Path)),
            new Int32DataFrameColumn("depth", rows.Select(row => row.Layer.Depth)),
            Text("region", rows.Select(row => row.Region)),
            Score(rows.Select(row => row.Score)),
            Text("undefined", rows.Select(row => row.Score.Undefined)));
    }

    /// <summary>
    /// A row for each point of an experiment with a movie: model, region, layer, parameter, level, trial, metric, score, undefined.
    /// </summary>
    /// <param name="points">The points.</param>
    /// <returns>The frame, in the order of the points.</returns>
    public static DataFrame ToDataFrame(this IReadOnlyList<MoviePoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return new DataFrame(
            Text("model", points.Select(point => point.Model)),
            Text("region", points.Select(point => point.Region)),
            Text("layer", points.Select(point => point.Layer)),
            new Int32DataFrameColumn("parameter", points.Select(point => point.Parameter)),
            new DoubleDataFrameColumn("level", points.Select(point => point.Level)),
            new Int32DataFrameColumn("trial", points.Select(point => point.Trial)),
            Text("metric", points.Select(point => point.Score.Metric)),
            Score(points.Select(point => point.Score)),
            Text("undefined", points.Select(point => point.Score.Undefined)));
    }

    private static StringDataFrameColumn Text(string name, IEnumerable<string?> values) => new(name, values);

    private static DoubleDataFrameColumn Score(IEnumerable<SimilarityScore> scores) => new("score", scores.Select(score => score.Value));
}
