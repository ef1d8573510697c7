using System.Globalization;
using System.Text;
using SnnNotebooks.Models.VisualCortex;
using SnnNotebooks.Similarity.Features;
using static TorchSharp.torch;

namespace SnnNotebooks.Similarity.Experiments;

/// <summary>Scores of every layer of a network against every region, by one metric.</summary>
/// <param name="Model">The network.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Layers">The layers, in order.</param>
/// <param name="Depth">Depth of the whole network.</param>
/// <param name="Regions">The regions, in the order they were given.</param>
/// <param name="Scores">A score for each layer (outer) and region (inner).</param>
public sealed record LayerRegionScores(
    string Model,
    string Metric,
    IReadOnlyList<ScoredLayer> Layers,
    int Depth,
    IReadOnlyList<string> Regions,
    IReadOnlyList<IReadOnlyList<SimilarityScore>> Scores)
{
    /// <summary>The network's score: the mean over regions of the best layer's (arXiv:2303.06060); NaN where a region has none.</summary>
    public double ModelScore => Enumerable.Range(0, Regions.Count).Average(RegionScore);

    /// <summary>Compares every layer with every region; each side is prepared once.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="features">The network's features.</param>
    /// <param name="regions">Name and responses [stimuli, neurons] of each region.</param>
    /// <returns>A score for each layer and region.</returns>
    /// <exception cref="ArgumentException">There is no region, or one has other stimuli.</exception>
    public static LayerRegionScores Measure(
        SimilarityMetric metric, FeatureSet features, IReadOnlyList<(string Name, Tensor Responses)> regions)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(regions);
        if (regions.Count == 0)
        {
            throw new ArgumentException("At least one region is compared.", nameof(regions));
        }

        var neural = new List<Representation>();
        try
        {
            foreach (var (name, responses) in regions)
            {
                using var matrix = ResponseMatrix.FromTensor(responses, name);
                neural.Add(metric.RepresentNeural(matrix));
            }

            var scores = new List<IReadOnlyList<SimilarityScore>>();
            for (var layer = 0; layer < features.Layers.Count; layer++)
            {
                using var model = metric.RepresentModel(features[layer]);
                scores.Add([.. neural.Select(region => metric.Compare(model, region))]);
            }

            return new LayerRegionScores(
                features.Model, metric.Name, features.Layers, features.Depth, [.. regions.Select(region => region.Name)], scores);
        }
        finally
        {
            neural.ForEach(region => region.Dispose());
        }
    }

    /// <summary>The layer that scores highest in a region, or null where every layer is undefined.</summary>
    /// <param name="region">Its place in <see cref="Regions"/>.</param>
    /// <returns>The layer's number, from 0; or null.</returns>
    public int? BestLayer(int region)
    {
        var best = Enumerable.Range(0, Layers.Count).Where(layer => Scores[layer][region].Value is not null)
            .OrderByDescending(layer => Scores[layer][region].OrNaN);
        return best.Select(layer => (int?)layer).FirstOrDefault();
    }

    /// <summary>The best layer's score in a region; NaN where there is none.</summary>
    /// <param name="region">Its place in <see cref="Regions"/>.</param>
    /// <returns>The score, or NaN.</returns>
    public double RegionScore(int region) => BestLayer(region) is { } layer ? Scores[layer][region].OrNaN : double.NaN;

    /// <summary>Depth of the best layer as a share of the network's; NaN where there is none.</summary>
    /// <param name="region">Its place in <see cref="Regions"/>.</param>
    /// <returns>In [0, 1], or NaN.</returns>
    public double BestDepth(int region) => BestLayer(region) is { } layer ? (double)Layers[layer].Depth / Depth : double.NaN;

    /// <summary>
    /// Writes the scores as comma-separated text, one line for each layer and region, and the settings beside it as JSON.
    /// </summary>
    /// <param name="path">The <c>.csv</c> file; the settings go to the same name with <c>.settings.json</c>.</param>
    /// <param name="settings">How the numbers came about: scale, data, seed and the like.</param>
    public void Save(string path, IReadOnlyDictionary<string, string> settings)
    {
        var text = new StringBuilder("model,metric,layer,depth,region,score,undefined\n");
        for (var layer = 0; layer < Layers.Count; layer++)
        {
            for (var region = 0; region < Regions.Count; region++)
            {
                var score = Scores[layer][region];
                text.Append(CultureInfo.InvariantCulture,
                    $"{Table.Quoted(Model)},{Metric},{Table.Quoted(Layers[layer].Path)},{Layers[layer].Depth},"
                    + $"{Table.Quoted(Regions[region])},{score.Value},{Table.Quoted(score.Undefined ?? string.Empty)}\n");
            }
        }

        Table.Write(path, text.ToString(), settings);
    }
}
