namespace SnnNotebooks.Similarity;

/// <summary>The best score that the noise of a recording lets any model reach.</summary>
/// <param name="Mean">Mean over splits.</param>
/// <param name="StandardError">Standard error of that mean over splits; the splits share data, so it says how well the mean is known, not
/// how it would vary between recordings.</param>
/// <param name="Splits">Number of splits with a score.</param>
public sealed record NoiseCeiling(double Mean, double StandardError, int Splits)
{
    /// <summary>From the scores of splits; undefined ones are left out.</summary>
    /// <param name="scores">For example of <see cref="NeuronHalves.Scores"/>.</param>
    /// <returns>The mean over the splits that have a score, and its standard error.</returns>
    /// <exception cref="ArgumentException">No split has a score.</exception>
    public static NoiseCeiling Of(IEnumerable<SimilarityScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var given = scores.ToArray();
        double[] values = [.. given.Select(score => score.OrNaN).Where(double.IsFinite)];
        if (values.Length == 0)
        {
            throw new ArgumentException(
                $"No split has a score: there is no ceiling ({(given.Length == 0 ? "there are no splits" : given[0].Undefined)}).",
                nameof(scores));
        }

        var spread = SampleSpread.Of(values);
        return new NoiseCeiling(spread.Mean, spread.StandardError, spread.Count);
    }

    /// <summary>A score as a share of the ceiling.</summary>
    /// <param name="score">The score.</param>
    /// <returns>Score divided by ceiling, or null where the score is undefined or the ceiling is not above zero.</returns>
    public double? Normalise(SimilarityScore score)
    {
        ArgumentNullException.ThrowIfNull(score);
        return Mean > 0 ? score.Value / Mean : null;
    }
}
