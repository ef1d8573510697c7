namespace SnnNotebooks.Datasets.Neural;

/// <summary>What a spike sorter says of a unit; null where the recording does not say.</summary>
/// <param name="IsiViolations">Rate of refractory-period violations relative to the unit's own rate; 0 is clean, above 1 mostly other
/// cells.</param>
/// <param name="AmplitudeCutoff">Estimated share of spikes lost below the detection threshold, 0 to 0.5.</param>
/// <param name="PresenceRatio">Share of the session in which the unit fires, 0 to 1.</param>
/// <param name="Label">The curator's word, such as <c>good</c> or <c>noise</c>.</param>
public sealed record UnitQuality(
    double? IsiViolations = null, double? AmplitudeCutoff = null, double? PresenceRatio = null, string? Label = null);
