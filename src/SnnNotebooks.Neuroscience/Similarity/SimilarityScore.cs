namespace SnnNotebooks.Similarity;

/// <summary>How alike a model's and the brain's responses are.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Value">The score, or null where it is undefined.</param>
/// <param name="Undefined">Why there is no score, or null where there is one.</param>
/// <param name="Parts">What the score is the mean of (canonical correlations, neurons), or empty.</param>
public sealed record SimilarityScore(string Metric, double? Value, string? Undefined, IReadOnlyList<double> Parts)
{
    /// <summary>The score as a number: NaN where it is undefined.</summary>
    public double OrNaN => Value ?? double.NaN;

    /// <summary>A score; none where the number is not finite.</summary>
    /// <param name="metric">The metric's name.</param>
    /// <param name="value">The score.</param>
    /// <param name="parts">What it is the mean of.</param>
    /// <returns>The score, or why there is none.</returns>
    public static SimilarityScore Of(string metric, double value, IReadOnlyList<double>? parts = null) =>
        double.IsFinite(value) ? new(metric, value, null, parts ?? []) : None(metric, "the arithmetic gives no number (0 / 0)");

    /// <summary>No score.</summary>
    /// <param name="metric">The metric's name.</param>
    /// <param name="reason">Why there is none.</param>
    /// <returns>A result without a number.</returns>
    public static SimilarityScore None(string metric, string reason) => new(metric, null, reason, []);
}
