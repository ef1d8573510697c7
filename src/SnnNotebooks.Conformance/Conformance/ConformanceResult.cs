namespace SnnNotebooks.Conformance;

/// <summary>How one reference case ended.</summary>
public enum ConformanceOutcome
{
    /// <summary>The kit gives the reference's numbers.</summary>
    Passed,

    /// <summary>It does not, or the file is damaged.</summary>
    Failed,

    /// <summary>It was not tried; the detail says why.</summary>
    Skipped,
}

/// <summary>One line of <c>snn conform</c>.</summary>
/// <param name="Case">What was compared, named as in the reference file.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Detail">For a failure what was found and expected, for a skip the reason; else null.</param>
public sealed record ConformanceResult(string Case, ConformanceOutcome Outcome, string? Detail = null)
{
    /// <summary>
    /// SHA-256 of the numbers that are meant to have the same bits on every device, by field; empty where there are none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Bits { get; init; } = new Dictionary<string, string>();

    /// <summary>A case that holds.</summary>
    /// <param name="name">What was compared.</param>
    public static ConformanceResult Pass(string name) => new(name, ConformanceOutcome.Passed);

    /// <summary>A case that does not hold.</summary>
    /// <param name="name">What was compared.</param>
    /// <param name="detail">What was found and what was expected.</param>
    public static ConformanceResult Fail(string name, string detail) => new(name, ConformanceOutcome.Failed, detail);

    /// <summary>A case that was not tried.</summary>
    /// <param name="name">What would have been compared.</param>
    /// <param name="reason">Why it was not.</param>
    public static ConformanceResult Skip(string name, string reason) => new(name, ConformanceOutcome.Skipped, reason);
}
