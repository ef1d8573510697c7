namespace SnnNotebooks.Native;

/// <summary>One thing the kit changes in the process it runs in.</summary>
/// <param name="Name">The name by which it is left out.</param>
/// <param name="Reason">What it is good for.</param>
/// <param name="IsInForce">Whether it is in force now.</param>
/// <param name="Why">Why it is not; null where it is.</param>
public sealed record TuningMeasure(string Name, string Reason, bool IsInForce, string? Why);
