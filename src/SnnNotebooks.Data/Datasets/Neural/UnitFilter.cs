namespace SnnNotebooks.Datasets.Neural;

/// <summary>Which units are good enough. A figure the recording does not give is not held against a unit.</summary>
/// <param name="IsiViolations">Kept below this.</param>
/// <param name="AmplitudeCutoff">Kept below this.</param>
/// <param name="PresenceRatio">Kept above this.</param>
/// <param name="Labels">Curators' words that are kept; every word where null.</param>
public sealed record UnitFilter(double IsiViolations, double AmplitudeCutoff, double PresenceRatio, IReadOnlyList<string>? Labels = null)
{
    /// <summary>
    /// The AllenSDK's defaults for sessions: refractory violations below 0.5, amplitude cut-off below 0.1, presence above 0.9.
    /// </summary>
    public static UnitFilter Allen { get; } = new(0.5, 0.1, 0.9);

    /// <summary>Whether a unit passes.</summary>
    /// <param name="unit">The unit.</param>
    /// <returns>Whether it passes.</returns>
    public bool Keeps(NeuralUnit unit)
    {
        ArgumentNullException.ThrowIfNull(unit);
        var quality = unit.Quality;
        return !(quality.IsiViolations >= IsiViolations)
            && !(quality.AmplitudeCutoff >= AmplitudeCutoff)
            && !(quality.PresenceRatio <= PresenceRatio)
            && (Labels is null || quality.Label is null || Labels.Contains(quality.Label, StringComparer.OrdinalIgnoreCase));
    }
}
