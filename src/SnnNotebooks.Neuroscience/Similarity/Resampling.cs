namespace SnnNotebooks.Similarity;

/// <summary>A score with what chance does to it.</summary>
/// <param name="Score">The score itself.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Confidence">The share of resampled scores between them.</param>
/// <param name="Resampled">The scores of the resamples.</param>
public sealed record ConfidenceInterval(double Score, double Low, double High, double Confidence, IReadOnlyList<double> Resampled);

/// <summary>A score against those of shuffled stimuli.</summary>
/// <param name="Score">The score itself.</param>
/// <param name="P">Share of scores as high as this, itself among them, under the hypothesis that the two sides have nothing to do with each
/// other.</param>
/// <param name="Null">The scores with the neural side's stimuli shuffled.</param>
public sealed record PermutationTest(double Score, double P, IReadOnlyList<double> Null);

/// <summary>What a score owes to the choice of stimuli, and to chance.</summary>
public static class Resampling
{
    /// <summary>
    /// Percentile interval from stimuli drawn again with replacement. Components and reductions stay those of all stimuli. Pairs of a
    /// stimulus with itself do not count in metrics of distances; regressions and SVCCA gain from twins, so that their intervals lie high.
    /// Draws of too few different stimuli for the metric are left out.
    /// </summary>
    /// <param name="metric">The metric.</param>
    /// <param name="model">The model's side.</param>
    /// <param name="neural">The neural side.</param>
    /// <param name="draws">Number of resamples.</param>
    /// <param name="confidence">Share of them inside the interval.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The interval, or null where the score, or that of every draw, is undefined.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="draws"/> is below 1, or <paramref name="confidence"/> is not above 0
    /// or is not below 1.</exception>
    public static ConfidenceInterval? Bootstrap(SimilarityMetric metric, Representation model, Representation neural, int draws = 1000,
        double confidence = 0.95, uint seed = SimilarityMetrics.Seed)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(confidence);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1);
        if (metric.Compare(model, neural).Value is not { } score)
        {
            return null;
        }

        var random = new NumpyRandom(seed);
        var scores = new List<double>();
        for (var draw = 0; draw < draws; draw++)
        {
            var rows = new int[model.Rows];
            for (var i = 0; i < rows.Length; i++)
            {
                rows[i] = random.Integer(rows.Length);
            }

            using var drawnModel = model.Select(rows);
            using var drawnNeural = neural.Select(rows);
            if (metric.Compare(drawnModel, drawnNeural).Value is { } value)
            {
                scores.Add(value);
            }
        }

        if (scores.Count == 0)
        {
            return null;
        }

        var tail = (1 - confidence) / 2;
        return new ConfidenceInterval(score, Quantile(scores, tail), Quantile(scores, 1 - tail), confidence, scores);
    }

    /// <summary>How often stimuli shuffled on the neural side score as high.</summary>
    /// <param name="metric">The metric.</param>
    /// <param name="model">The model's side.</param>
    /// <param name="neural">The neural side.</param>
    /// <param name="draws">Number of shuffles.</param>
    /// <param name="seed">The seed.</param>
    /// <returns>The test, or null where the score is undefined.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="draws"/> is below 1.</exception>
    public static PermutationTest? Permute(
        SimilarityMetric metric, Representation model, Representation neural, int draws = 1000, uint seed = SimilarityMetrics.Seed)
    {
        ArgumentNullException.ThrowIfNull(metric);
        ArgumentOutOfRangeException.ThrowIfLessThan(draws, 1);
        if (metric.Compare(model, neural).Value is not { } score)
        {
            return null;
        }

        var random = new NumpyRandom(seed);
        var scores = new List<double>();
        for (var draw = 0; draw < draws; draw++)
        {
            using var shuffled = neural.Select(random.Permutation(neural.Rows));
            if (metric.Compare(model, shuffled).Value is { } value)
            {
                scores.Add(value);
            }
        }

        return new PermutationTest(score, (1.0 + scores.Count(value => value >= score)) / (1 + scores.Count), scores);
    }

    /// <summary>The value below which a share of the numbers lies, interpolated as NumPy does by default.</summary>
    internal static double Quantile(IReadOnlyList<double> values, double share)
    {
        if (values.Count == 0)
        {
            return double.NaN;
        }

        double[] sorted = [.. values.Order()];
        var place = share * (sorted.Length - 1);
        var first = (int)place;
        return first + 1 < sorted.Length ? sorted[first] + ((place - first) * (sorted[first + 1] - sorted[first])) : sorted[first];
    }
}
