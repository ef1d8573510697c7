namespace SnnNotebooks.Latents;

/// <summary>A condition that trials differ in, such as the direction of a reach or the stimulus shown.</summary>
/// <param name="Name">What it is called in tables and messages.</param>
/// <param name="Levels">Of each trial, which level it was: any whole numbers.</param>
public sealed record TrialFactor(string Name, IReadOnlyList<int> Levels);
